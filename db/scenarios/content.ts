import { setImmediate } from 'node:timers/promises'
import { sql, type RawBuilder } from 'kysely'
import type { Transaction } from 'kysely'
import { derivation, DERIVED_BY } from '../../script/derived.ts'
import type { ScenarioContent } from '../../script/fields.ts'
import { fold } from '../../script/fold.ts'
import { isSpoken } from '../../script/script.ts'
import type { Requirements, ScenariosDb } from './schema.ts'

/** Code units that search sees of a script: a tsvector holds 1 MiB, which the largest allowed script could exceed. */
const MAX_SEARCHED = 150_000
/** Different words of one script that mend typos. */
const MAX_WORDS = 5_000

/** As `fold`; angle brackets are spaces, since the parser of text search takes what stands between them for markup without words. */
export const searchable = (text: string): string => fold(text).replace(/[<>]/g, ' ')

/** The words of a content by weight in search: A title and tags, B summary, D the script itself. Folded. */
function searched(content: ScenarioContent): { A: string; B: string; D: string } {
  const { title, tags, description, hook, cta, audience, scenes } = content
  const script = scenes.flatMap(({ heading, rows }) => [
    heading,
    ...rows.flatMap((row) => [...row.audio.filter(isSpoken).map((a) => a.text), row.on_screen_text ?? '', row.visual]),
  ])
  return {
    A: searchable([title, ...tags].join('\n')),
    B: searchable([description, hook, cta, audience].join('\n')),
    D: searchable(script.join('\n')).slice(0, MAX_SEARCHED).toWellFormed(),
  }
}

/** Piece by piece, so that others are answered meanwhile. */
async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    // Before the first piece too: who asks has just taken the content apart.
    await setImmediate()
    const { done, value } = work.next()
    if (done) return value
  }
}

/**
 * Every column that follows from a content, the derived ones included: no writer can forget one.
 * @param requirements what the script was asked to say and to avoid; checks use it
 */
export async function contentColumns(content: ScenarioContent, requirements: Requirements) {
  const { scenes, ...fields } = content
  const { est_duration_s, checks } = await inTurns(derivation(content, requirements))
  await setImmediate()
  const words = searched(content)
  const part = (weight: 'A' | 'B' | 'D'): RawBuilder<string> =>
    sql`setweight(to_tsvector('russian', ${words[weight]}), ${sql.lit(weight)})`
  return {
    ...fields,
    scenes: JSON.stringify(scenes),
    est_duration_s,
    checks: JSON.stringify(checks),
    derived_by: DERIVED_BY,
    tag_keys: content.tags.map(fold),
    folded_title: fold(content.title),
    search: sql<string>`${part('A')} || ${part('B')} || ${part('D')}`,
  }
}

/** Adds a script's words to those that mend its owner's queries. Sorted, so that two writers of the same words cannot deadlock. */
export async function rememberWords(
  trx: Transaction<ScenariosDb>,
  ownerId: string,
  content: ScenarioContent,
): Promise<void> {
  const { A, B, D } = searched(content)
  const words = [...new Set(`${A}\n${B}\n${D}`.match(/[\p{L}\p{N}]{3,40}/gu))].slice(0, MAX_WORDS).sort()
  if (words.length === 0) return
  await sql`
    insert into search_words (owner_id, word)
    select ${ownerId}, w.word from unnest(${words}::text[]) w (word)
    where not exists (select from search_words known where known.owner_id = ${ownerId} and known.word = w.word)
    on conflict do nothing`.execute(trx)
}
