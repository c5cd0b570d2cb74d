import { describe, expect, test } from '@jest/globals'
import { DraftError, ModelScript, toDraft, withIds } from '../../script/draft.ts'
import { renderContent } from '../../script/render.ts'
import { BEATS, MAX_DRAFT_BYTES, Scene } from '../../script/script.ts'
import { strictSchema } from '../../script/strict-schema.ts'
import { answerFor } from '../support/model-server.ts'

const SCHEMA = strictSchema(ModelScript)
const REQUEST = { brief: 'Ролик про кофейню «Зерно»' }
type Model = ModelScript
type ModelRow = Model['scenes'][number]['rows'][number]

const row = (over: Partial<ModelRow> = {}): ModelRow => ({
  visual: 'Чашка',
  audio: [{ speaker: 'Диктор', type: 'vo', text: 'Утро.' }],
  on_screen_text: null,
  duration_s: 3,
  ...over,
})
const model = (over: Partial<Model> = {}): Model => ({
  title: 'Зерно',
  description: null,
  audience: 'все',
  tone: ['тёплый'],
  hook: 'Утро.',
  cta: 'Приходите',
  scenes: [{ heading: 'Начало', beat: 'hook', rows: [row()] }],
  ...over,
})
const withRow = (over: Partial<ModelRow>) =>
  toDraft(model({ scenes: [{ heading: '', beat: 'hook', rows: [row(over)] }] }), REQUEST).scenes[0]!.rows[0]!

/** The rules of strict structured output (OpenAI, "Structured outputs", supported schemas), as paths of what breaks them. */
function broken(node: unknown, path = '#'): string[] {
  if (Array.isArray(node)) return node.flatMap((item, i) => broken(item, `${path}/${i}`))
  if (typeof node !== 'object' || node === null) return []
  const schema = node as Record<string, unknown>
  const found: string[] = []
  for (const keyword of [
    '$schema',
    '$ref',
    '$defs',
    'allOf',
    'oneOf',
    'not',
    'default',
    'format',
    'pattern',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minimum',
    'maximum',
  ])
    if (keyword in schema && !path.endsWith('/properties')) found.push(`${path}/${keyword}`)
  if (schema.type === 'object') {
    if (schema.additionalProperties !== false) found.push(`${path} is open`)
    if (JSON.stringify(schema.required) !== JSON.stringify(Object.keys(schema.properties as object)))
      found.push(`${path} has optional properties`)
  }
  return [...found, ...Object.entries(schema).flatMap(([key, value]) => broken(value, `${path}/${key}`))]
}

test('the schema for models keeps the rules of strict mode', () => {
  expect(broken(SCHEMA)).toEqual([])
  expect(SCHEMA.type).toBe('object')
  expect(broken({ type: 'object', properties: { a: { type: 'string', maxLength: 3 } }, required: [] })).toHaveLength(3)
})

test('any answer that fits the schema is a draft that fits the store', () => {
  const draft = toDraft(answerFor(SCHEMA), REQUEST)
  const ids = Array.from({ length: 100 }, (_, i) => `01890a5d-ac96-774b-bcce-${String(i).padStart(12, '0')}`)
  const scenes = withIds(draft.scenes, () => ids.pop()!)
  for (const scene of scenes) expect(Scene.parse(scene)).toEqual(scene)
  expect(scenes).toHaveLength(3)
  expect(scenes.every((s) => !s.locked)).toBe(true)
  expect(new Set(scenes.flatMap((s) => [s.id, ...s.rows.map((r) => r.id)])).size).toBe(12)
})

test('what the request fixes wins over what the model wrote', () => {
  const request = {
    ...REQUEST,
    kind: 'short',
    platform: 'vk',
    language: 'en',
    tone: ['dry'],
    audience: 'Мамы',
    cta: 'Звоните',
    target_duration_s: 20,
  } as const
  expect(toDraft(model(), request)).toMatchObject({
    kind: 'short',
    platform: 'vk',
    language: 'en',
    tone: ['dry'],
    audience: 'Мамы',
    cta: 'Звоните',
    target_duration_s: 20,
    is_demo: false,
  })
  expect(toDraft(model(), REQUEST)).toMatchObject({
    kind: 'other',
    platform: 'other',
    language: 'ru',
    tone: ['тёплый'],
    audience: 'все',
    cta: 'Приходите',
    target_duration_s: 60,
  })
})

describe('texts are cleaned', () => {
  test.each([
    ['  края  ', 'края'],
    ['й', 'й'],
    ['а\u0000б\u0007в', 'абв'],
    ['а\ud800б', 'аб'],
    ['эмодзи 👩‍👩‍👧 цел', 'эмодзи 👩‍👩‍👧 цел'],
    ['т\u202eекст\u200b', 'текст'],
    ['<think>hm</think>Утро', 'Утро'],
    ['hm</think>Утро', 'Утро'],
    ['**Жирно** и *курсив*, `код`', 'Жирно и курсив, код'],
    ['# Заголовок\n- пункт', 'Заголовок\nпункт'],
    ['[сайт](https://a.ru)', 'сайт'],
    ['2 * 3 * 4 и snake_case_name', '2 * 3 * 4 и snake_case_name'],
    ['Диктор: Утро', 'Утро'],
    ['Voice-over: Morning', 'Morning'],
  ])('%j', (text, expected) =>
    expect(withRow({ audio: [{ speaker: 'A', type: 'vo', text }] }).audio[0]!.text).toBe(expected),
  )
})

test('empty rows, scenes and sounds are dropped', () => {
  const draft = toDraft(
    model({
      scenes: [
        { heading: 'Пусто', beat: 'hook', rows: [] },
        {
          heading: 'Тоже',
          beat: 'hook',
          rows: [row({ visual: ' ', audio: [{ speaker: 'A', type: 'vo', text: '\u0000' }], on_screen_text: '' })],
        },
        { heading: 'Есть', beat: 'cta', rows: [row(), row({ visual: '', audio: [], on_screen_text: null })] },
      ],
    }),
    REQUEST,
  )
  expect(draft.scenes.map((s) => [s.heading, s.rows.length])).toEqual([['Есть', 1]])
})

test('short texts are clamped at a word, numbers into their bounds', () => {
  const draft = toDraft(
    model({ title: 'слово '.repeat(100), description: 'д'.repeat(2_000), tone: Array(30).fill('т'.repeat(80)) }),
    REQUEST,
  )
  expect(draft.title).toMatch(/слово…$/)
  expect(draft.title.length).toBeLessThanOrEqual(200)
  expect(draft.description).toHaveLength(500)
  expect(draft.tone).toHaveLength(10)
  expect(withRow({ on_screen_text: '👍'.repeat(400) }).on_screen_text!.isWellFormed()).toBe(true)
  expect(withRow({ duration_s: -4 }).duration_s).toBe(0)
  expect(withRow({ duration_s: 1e9 }).duration_s).toBe(3_600)
  expect(withRow({ duration_s: 2.345 }).duration_s).toBe(2.3)
})

test('a title that is missing is taken from the hook', () => {
  expect(toDraft(model({ title: ' \u0000 ', hook: 'Первая\nстрока' }), REQUEST).title).toBe('Первая строка')
})

test('small slips of servers that do not enforce the schema are forgiven', () => {
  const slips = {
    ...model(),
    notes: 'extra',
    scenes: [{ heading: 'x', beat: 'intro', rows: [{ visual: 'a', audio: [], duration_s: 1 }] }],
  } as Record<string, unknown>
  delete slips.description
  expect(toDraft(slips, REQUEST)).toMatchObject({
    description: null,
    scenes: [{ beat: 'free', rows: [{ on_screen_text: null }] }],
  })
})

describe('what is no script is refused, and the refusal quotes nothing', () => {
  const SECRET = 'СЕКРЕТ'
  test.each<[string, unknown]>([
    ['null', null],
    ['a string', SECRET],
    ['an array', [SECRET]],
    ['another shape', { [SECRET]: SECRET }],
    ['no scenes', model({ scenes: [] })],
    ['empty scenes', model({ scenes: [{ heading: SECRET, beat: 'hook', rows: [row({ visual: '', audio: [] })] }] })],
    [
      'a type that is none',
      model({
        scenes: [
          { heading: '', beat: 'hook', rows: [row({ audio: [{ speaker: '', type: SECRET as 'vo', text: 'x' }] })] },
        ],
      }),
    ],
    [
      'a text too long to store',
      model({ scenes: [{ heading: '', beat: 'hook', rows: [row({ visual: SECRET.repeat(1_000) })] }] }),
    ],
    ['too many rows', model({ scenes: [{ heading: '', beat: 'hook', rows: Array(201).fill(row()) }] })],
    ['too many scenes', model({ scenes: Array(201).fill(model().scenes[0]) })],
    [
      'too much in all',
      model({ scenes: Array(30).fill({ heading: '', beat: 'hook', rows: [row({ visual: 'ж'.repeat(4_900) })] }) }),
    ],
  ])('%s', (_, output) => {
    let error: unknown
    try {
      toDraft(output, REQUEST)
    } catch (e) {
      error = e
    }
    expect(error).toBeInstanceOf(DraftError)
    expect((error as Error).message).not.toContain(SECRET)
  })
})

test('the size limit is in bytes of JSON', () => {
  const draft = toDraft(
    model({ scenes: Array(19).fill({ heading: '', beat: 'hook', rows: [row({ visual: 'ж'.repeat(4_900) })] }) }),
    REQUEST,
  )
  expect(Buffer.byteLength(JSON.stringify(draft))).toBeLessThanOrEqual(MAX_DRAFT_BYTES)
})

test('a script is rendered as headings and labelled lines, the same each time', () => {
  const scenes = toDraft(
    model({
      scenes: [
        {
          heading: 'Начало',
          beat: 'hook',
          rows: [
            row({
              on_screen_text: 'Утро',
              audio: [
                { speaker: 'Диктор', type: 'vo', text: 'Доброе утро.' },
                { speaker: '', type: 'sfx', text: 'Звон\nчашки' },
              ],
            }),
          ],
        },
        { heading: 'Финал', beat: 'cta', rows: [row({ audio: [] })] },
      ],
    }),
    REQUEST,
  ).scenes
  expect(renderContent(scenes)).toBe(
    '1. Начало [hook]\n\nVIDEO: Чашка\nAUDIO: Диктор: Доброе утро.\nAUDIO (sfx): Звон чашки\nTEXT: Утро\n\n2. Финал [cta]\n\nVIDEO: Чашка',
  )
  expect(renderContent([])).toBe('')
})

test('text that came as paragraphs is rendered as the same paragraphs', () => {
  const paragraph = (text: string) => ({
    visual: '',
    audio: [{ speaker: '', type: 'vo' as const, text }],
    on_screen_text: null,
    duration_s: 0,
  })
  const scene = {
    heading: '',
    beat: BEATS[8],
    rows: [paragraph('Первый абзац.\nВторая строка.'), paragraph('Второй: VIDEO.')],
  }
  expect(renderContent([scene])).toBe('Первый абзац.\nВторая строка.\n\nВторой: VIDEO.')
})
