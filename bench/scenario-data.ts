import type pg from 'pg'

const WORDS = (
  'чайник самовар кухня вода утро город дорога поезд море гора лес река зима лето осень весна музыка гитара книга школа ' +
  'урок работа офис клиент заказ товар цена скидка подарок праздник спорт бег велосипед машина ремонт дом сад цветок собака ' +
  'кошка птица рыба хлеб сыр молоко кофе шоколад рецепт камера свет звук монтаж ролик канал блог обзор тест сравнение'
).split(' ')

/** A script as a client sends it: scenes of three rows, about 70 characters spoken in each. */
export function script(scenes: number, seed: number): object[] {
  const word = (n: number) => WORDS[(seed * 7 + n * 13) % WORDS.length]!
  return Array.from({ length: scenes }, (_, s) => ({
    heading: `Сцена ${s + 1}: ${word(s)}`,
    beat: 'demo',
    locked: false,
    rows: Array.from({ length: 3 }, (__, r) => ({
      visual: `Крупный план: ${word(s + r)} и ${word(s * 3 + r)}`,
      audio: [
        {
          speaker: 'Диктор',
          type: 'vo',
          text: `Здесь ${word(s + 1)}, ${word(r + 2)} и ${word(s + r + 3)} служат одному: чтобы утро было спокойным.`,
        },
      ],
      on_screen_text: r === 0 ? word(s) : null,
      duration_s: 5,
    })),
  }))
}

/**
 * Fills the database with scenarios of one owner, as the service would have written them (one small scene each, words that are common
 * and words that only a few have). By SQL alone: through HTTP it would take an hour.
 */
export async function fill(db: pg.Pool, ownerId: string, count: number): Promise<void> {
  const words = [...WORDS, ...Array.from({ length: 2_000 }, (_, i) => `слово${i.toString(36)}`)]
  await db.query(
    `insert into scenarios (id, owner_id, title, status, tags, language, platform, kind, tone, audience, target_duration_s, hook, cta, scenes,
       source, is_demo, est_duration_s, derived_by, tag_keys, folded_title, search, created_at, updated_at)
     select gen_random_uuid(), $1, w.a || ' ' || w.b || ' ' || n, (array['draft','in_progress','completed','archived'])[1 + n % 4],
       array[w.a], 'ru', 'vk', 'ad', '{}', '', 30, '', '',
       jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'heading', w.b, 'beat', 'hook', 'locked', false, 'rows', '[]'::jsonb)),
       'human', false, 12, 1, array[w.a], w.a || ' ' || w.b || ' ' || n,
       setweight(to_tsvector('russian', w.a || ' ' || w.b), 'A') || setweight(to_tsvector('russian', w.body), 'D'),
       now() - n * interval '1 second', now() - n * interval '1 second'
     from generate_series(1, $2::int) n
     cross join lateral (
       select $3::text[] as all_words, cardinality($3::text[]) as k
     ) v
     cross join lateral (
       select all_words[1 + (n * 7919) % 60] as a, all_words[1 + (n * 104729::bigint) % k] as b,
         (select string_agg(all_words[1 + ((n::bigint * 31 + i * i * 17) % (case when i % 3 = 0 then k else 60 end))], ' ') from generate_series(1, 40) i) as body
     ) w`,
    [ownerId, count, words],
  )
  await db.query(
    `insert into search_words (owner_id, word) select $1, w from unnest($2::text[]) w on conflict do nothing`,
    [ownerId, words],
  )
}
