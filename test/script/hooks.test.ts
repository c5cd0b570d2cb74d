import { describe, expect, test } from '@jest/globals'
import { toDraft } from '../../script/draft.ts'
import { closeWith, hookVariants, mechanismOf, openWith } from '../../script/hooks.ts'
import type { DraftScene } from '../../script/script.ts'

const row = (text: string, type: 'vo' | 'music' = 'vo', on_screen_text: string | null = null) => ({
  visual: 'Кадр',
  audio: text ? [{ speaker: 'Диктор', type, text }] : [],
  on_screen_text,
  duration_s: 3,
})
const scene = (...rows: DraftScene['rows']): DraftScene => ({ heading: '', beat: 'free', rows })
const said = (scenes: readonly DraftScene[]) =>
  scenes.flatMap(({ rows }) => rows.flatMap((r) => r.audio.map((a) => a.text)))

test.each([
  ['А если проще?', 'question'],
  ['Пять утра, 7 человек, один хлеб.', 'number'],
  ['Представьте кухню без спешки.', 'image'],
  ['Не чайник, а будильник.', 'contrast'],
  ['Вчера я проспал.', 'story'],
  ['Bread is patience.', 'claim'],
])('«%s» holds by its %s', (text, mechanism) => expect(mechanismOf(text)).toBe(mechanism))

describe('hooks to choose from', () => {
  test('are cleaned, one of each mechanism, no two alike, as many as asked for', () => {
    const written = [
      { mechanism: 'question', text: ' **Проспали?** ' },
      { mechanism: 'question', text: 'Опоздали?' },
      { mechanism: 'claim', text: 'проспали' },
      { mechanism: 'image', text: 'Пар над чашкой.' },
      { mechanism: 'number', text: 'В 7:00 хлеб ещё есть.' },
    ] as const
    expect(hookVariants(written, 2)).toEqual([
      { mechanism: 'question', text: 'Проспали?' },
      { mechanism: 'image', text: 'Пар над чашкой.' },
    ])
    expect(hookVariants(written, 3)).toHaveLength(3)
  })

  test("begin with the script's own and are there only when they were asked for", () => {
    const answer = {
      ...{ title: 'Т', description: null, audience: '', tone: [], hook: 'Проспали?', cta: '' },
      scenes: [{ heading: '', beat: 'hook', rows: [row('Проспали?')] }],
      hook_variants: [
        { mechanism: 'image', text: 'Пар над чашкой.' },
        { mechanism: 'claim', text: 'Утро бывает тихим.' },
      ],
    }
    const variants = (hooks?: number) =>
      toDraft(answer, { brief: 'Ролик о чайнике', ...(hooks && { hooks }) }).hook_variants
    expect(variants()).toBeUndefined()
    expect(variants(1)).toEqual([{ mechanism: 'question', text: 'Проспали?' }])
    expect(variants(3)?.map(({ mechanism }) => mechanism)).toEqual(['question', 'image', 'claim'])
  })
})

describe('a hook in the script', () => {
  test('replaces the first spoken sentence, after music and silence', () => {
    const scenes = [
      scene(row('Тихая музыка', 'music'), row('')),
      scene(row('Всем привет! Сегодня о чайнике.'), row('Дальше.')),
    ]
    expect(said(openWith(scenes, 'Проспали?'))).toEqual(['Тихая музыка', 'Проспали? Сегодня о чайнике.', 'Дальше.'])
  })

  test('is not said twice, and replaces the hook before it whole', () => {
    const scenes = [scene(row('Проспали? Бывает. Вот чайник.'))]
    expect(openWith(scenes, 'проспали')).toEqual(scenes)
    expect(said(openWith(scenes, 'Пар над чашкой', 'Проспали? Бывает.'))).toEqual(['Пар над чашкой. Вот чайник.'])
  })

  test('does not cut an address or a number in two', () => {
    expect(said(openWith([scene(row('Всего 3.5 кг на scenor.ru. Беритесь.'))], 'Легко.'))).toEqual(['Легко. Беритесь.'])
  })

  test('changes no film in which nobody speaks', () => {
    const silent = [scene(row('Гул', 'music'), row(''))]
    expect(openWith(silent, 'Проспали?')).toEqual(silent)
  })
})

describe('a call to action', () => {
  test('is added to the last spoken words when the last scene lacks it', () => {
    const scenes = [scene(row('Начало.')), scene(row('Вот и всё'), row('', 'vo', 'Титр'))]
    expect(said(closeWith(scenes, 'Закажите чайник'))).toEqual(['Начало.', 'Вот и всё. Закажите чайник.'])
  })

  test('that is said or shown there in any form stays as it is', () => {
    for (const last of [row('Закажите чайники сегодня.'), row('Всё.', 'vo', 'Закажите чайник')])
      expect(closeWith([scene(last)], 'Закажите чайник')).toEqual([scene(last)])
  })

  test('is shown where nobody speaks', () => {
    expect(closeWith([scene(row(''))], 'Закажите чайник')[0]!.rows[0]!.on_screen_text).toBe('Закажите чайник')
  })
})
