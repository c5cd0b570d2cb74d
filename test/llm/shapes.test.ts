import { describe, expect, test } from '@jest/globals'
import { rewriteTask } from '../../writing/tasks/rewrite.ts'
import { titlesTask } from '../../writing/tasks/titles.ts'
import { askModel, misbehaving, SCRIPT_TASK } from '../support/ask-model.ts'
import { chunk, GOOD, scriptIn } from '../support/model-behaviours.ts'
import type { Behaviour } from '../support/model-server.ts'

/** What was paid for is used if a person would see what is meant: one call each. */
const model = misbehaving()

const SCRIPT = JSON.parse(GOOD) as Record<string, unknown> & { scenes: Record<string, unknown>[] }
const [scene] = SCRIPT.scenes
const row = (scene!['rows'] as Record<string, unknown>[])[0]!
const SAID = /Термос держит чай горячим/
const json = (value: unknown): Behaviour => ({ content: JSON.stringify(value) })
const withScenes = (scenes: unknown): Behaviour => json({ ...SCRIPT, scenes })
const withScene = (rest: object): Behaviour => withScenes([{ ...scene, ...rest }])
const withRow = (rest: object): Behaviour => withScene({ rows: [{ ...row, ...rest }] })
const call = (delta: object): object => chunk({ tool_calls: [{ index: 0, ...delta }] })
const LINE = 'Термос держит чай горячим целые сутки, и даже в мороз.'

describe('a script', () => {
  test.each<[string, Behaviour]>([
    ['in single quotes, as Python prints it', { content: GOOD.replaceAll('"', "'").replaceAll('null', 'None') }],
    ['in quotes of print', { content: GOOD.replace('"title"', '“title”') }],
    ['with remarks', { content: GOOD.replace('"scenes"', '// сцены\n"scenes"') }],
    ['in a fence that is never closed', { content: `\`\`\`json\n${GOOD}` }],
    ['in a tag', { content: `<answer>${GOOD}</answer>` }],
    [
      'as the call that a template wrote out (Hermes)',
      { content: `<tool_call>\n{"name":"script","arguments":${GOOD}}\n</tool_call>` },
    ],
    [
      'as the call that a template wrote out (Mistral)',
      { content: `[TOOL_CALLS][{"name":"script","arguments":${GOOD}}]` },
    ],
    ['as a call with its arguments as text', json({ name: 'script', parameters: GOOD })],
    ['as text within text', { content: JSON.stringify(GOOD) }],
    ['after thoughts whose beginning is missing', { content: `Сначала {план}.</think>${GOOD}` }],
    [
      'twice, a draft first',
      { content: `\`\`\`json\n${GOOD.replace('Термос', 'Черновик')}\n\`\`\`\nЛучше так:\n\`\`\`json\n${GOOD}\n\`\`\`` },
    ],
    [
      'among the thoughts, with no answer (vLLM)',
      { events: [chunk({ reasoning_content: `Думаю.\n${GOOD}` }), chunk({ content: '' }, 'stop'), 'data: [DONE]\n\n'] },
    ],
    [
      'whole, in a message with thoughts alone',
      { json: { choices: [{ message: { content: null, reasoning_content: GOOD }, finish_reason: 'stop' }] } },
    ],
    [
      'in pieces of a call',
      {
        events: [
          call({ id: 'c', function: { name: 'script', arguments: '' } }),
          call({ function: { arguments: GOOD.slice(0, 99) } }),
          call({ function: { arguments: GOOD.slice(99) } }),
          chunk({}, 'tool_calls'),
        ],
      },
    ],
    [
      'with all of it so far in each event',
      { events: [60, 200, GOOD.length].map((n) => chunk({ content: GOOD.slice(0, n) })).concat(chunk({}, 'stop')) },
    ],
    [
      'with "null" as the reason of each piece',
      {
        events: [
          chunk({ content: GOOD.slice(0, 99) }, 'null'),
          chunk({ content: GOOD.slice(99) }, 'null'),
          chunk({}, 'stop'),
        ],
      },
    ],
    [
      'with "stop" as the reason of each piece',
      { events: [chunk({ content: GOOD.slice(0, 99) }, 'stop'), chunk({ content: GOOD.slice(99) }, 'stop')] },
    ],
    [
      'as the one part of a list',
      { json: { choices: [{ message: { content: [{ type: 'output_text', text: GOOD }] }, finish_reason: 'stop' }] } },
    ],
    [
      'as a part that is an object',
      { json: { choices: [{ message: { content: { type: 'text', text: GOOD } }, finish_reason: 'stop' }] } },
    ],
    [
      'with thoughts as a part before it (Mistral)',
      {
        events: [
          chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: '{"title":"не это"}' }] }] }),
          chunk({ content: GOOD }),
          chunk({}, 'stop'),
        ],
      },
    ],
    ['in a completion of the old kind', { json: { choices: [{ text: GOOD, finish_reason: 'stop' }] } }],
    ['in a wrapper within a wrapper', json({ result: { script: SCRIPT } })],
    ['as the wrapper’s text', json({ output: GOOD })],
    ['with scenes by their numbers', withScenes({ scene_1: scene })],
    ['with scenes within scenes', withScenes({ scene: [scene] })],
    ['with a scene alone where a list is due', withScenes(scene)],
    ['with scenes as text', withScenes(JSON.stringify([scene]))],
    ['with a row alone', withScene({ rows: row })],
    ['with the row in the scene itself', withScenes([{ heading: 'Чай', beat: 'hook', ...row }])],
    ['with shots instead of rows', withScenes([{ heading: 'Чай', beat: 'hook', shots: [row] }])],
    ['with speech as one text', withRow({ audio: LINE })],
    ['with speech as a list of texts', withRow({ audio: [LINE] })],
    ['with speech by its kinds', withRow({ audio: { vo: LINE, music: 'тихо' } })],
    ['with speech by its kinds in a list', withRow({ audio: [{ voiceover: LINE }, { music: 'тихо' }] })],
    ['with speech and no audio', withRow({ audio: undefined, voiceover: LINE })],
    ['with kinds in Russian', withRow({ audio: [{ speaker: 'Диктор', type: 'Закадровый голос', text: LINE }] })],
    ['with kinds in words', withRow({ audio: [{ speaker: 'Диктор', type: 'voice over (narrator)', text: LINE }] })],
    ['with a kind that nobody knows', withRow({ audio: [{ speaker: 'Диктор', type: 'закадр, тепло', text: LINE }] })],
    ['with a line instead of a text', withRow({ audio: [{ speaker: 'Диктор', type: 'vo', line: LINE }] })],
    ['with a clock for seconds', withRow({ duration_s: '0:05' })],
    ['with a span for seconds', withRow({ duration_s: '0:00-0:05' })],
    ['with seconds and their unit', withRow({ duration_s: { value: 5, unit: 's' } })],
    ['with milliseconds', withRow({ duration_s: '5000 ms' })],
    ['with nothing for seconds', withRow({ duration_s: null })],
    ['with names in camel case', withRow({ onScreenText: 'Чай', durationSeconds: 5 })],
    ['with a list for the words on the screen', withRow({ on_screen_text: ['Чай', 'сутки'] })],
    ['with a beat that nobody knows', withScene({ beat: 'Кульминация' })],
    ['with a tone as one text', json({ ...SCRIPT, tone: 'тёплый, ясный' })],
    ['without what can be done without', json({ title: 'Термос', scenes: [scene] })],
    ['without a title', json({ scenes: [scene] })],
    ['with fields that nobody asked for', json({ $schema: 'x', notes: [{ a: 1 }], ...SCRIPT })],
  ])('%s', async (_, behaviour) => {
    model.server.always(behaviour)
    const { value, result, ended } = await askModel(SCRIPT_TASK, model.provider())
    expect(result).not.toBeInstanceOf(Error)
    const spoken = value!.scenes.flatMap(({ rows }) => rows).flatMap(({ audio }) => audio)
    expect(spoken.find(({ type }) => type === 'vo')?.text).toMatch(SAID)
    expect(JSON.stringify(value)).not.toMatch(/Черновик|не это/)
    expect(ended.map((end) => end.outcome)).toEqual(['stop'])
  })

  test.each<[string, Behaviour, number]>([
    ['a clock', withRow({ duration_s: '0:12' }), 12],
    ['a span', withRow({ duration_s: '0:05–0:12' }), 7],
    ['a unit', withRow({ duration_s: '7 сек.' }), 7],
    ['milliseconds', withRow({ duration_s: '7000 ms' }), 7],
    ['a comma', withRow({ duration_s: '7,5' }), 7.5],
    ['an object', withRow({ duration_s: { seconds: 7 } }), 7],
    ['another name', withRow({ duration_s: undefined, duration: 7 }), 7],
    ['another name with its unit', withRow({ duration_s: undefined, duration_seconds: '7' }), 7],
  ])('keeps its seconds: %s', async (_, behaviour, seconds) => {
    model.server.always(behaviour)
    const { value } = await askModel(SCRIPT_TASK, model.provider())
    expect(value?.scenes[0]?.rows[0]?.duration_s).toBe(seconds)
  })

  test.each<[string, Behaviour]>([
    ['cut off after a whole scene', { content: GOOD.slice(0, -1), finish: 'length' }],
    ['cut off within a text, in a fence', { content: `\`\`\`json\n${GOOD.slice(0, 300)}\n\`\`\`` }],
    ['its schema', json({ type: 'object', properties: { title: { type: 'string' }, scenes: { type: 'array' } } })],
    ['an excuse in JSON', json({ error: 'I cannot write this script' })],
    ['names alone', json(Object.fromEntries(Object.keys(SCRIPT).map((key) => [key, null])))],
    ['a list of nothing', { content: '[]' }],
    ['a number', { content: '42' }],
  ])('%s is none', async (_, behaviour) => {
    model.server.always(behaviour)
    expect((await askModel(SCRIPT_TASK, model.provider())).result).toMatchObject({
      code: 'ai.output_invalid',
      spent: 1,
    })
  })
})

test.each<[string, unknown]>([
  ['as numbered lines', { titles: '1. Чай\n2) Снег' }],
  ['as lines with dashes', { titles: '- Чай\n— Снег' }],
  ['as numbered fields', { '1': 'Чай', '2': 'Снег' }],
  ['as named fields', { title1: 'Чай', title_2: 'Снег' }],
  ['under another name', { suggestions: ['Чай', 'Снег'] }],
  ['under another name as objects', { variants: [{ headline: 'Чай' }, { headline: 'Снег' }] }],
  [
    'as objects with more',
    {
      titles: [
        { id: 1, text: 'Чай', chars: 3 },
        { id: 2, text: 'Снег', chars: 4 },
      ],
    },
  ],
  ['as a list in Russian', { заголовки: ['Чай', 'Снег'] }],
  ['within two wrappers', { data: { result: { titles: ['Чай', 'Снег'] } } }],
  ['in one list more', [['Чай', 'Снег']]],
  ['with nothing between', { titles: ['Чай', null, '', 'Снег'] }],
])('titles %s', async (_, output) => {
  model.server.always({ content: JSON.stringify(output) })
  const { value } = await askModel(titlesTask({ brief: 'Ролик о термосе', count: 5, language: 'ru' }), model.provider())
  expect(value?.map((title) => title.text)).toEqual(['Чай', 'Снег'])
})

const [newScene] = scriptIn('Новая сцена о чае. ').scenes
test.each<[string, unknown]>([
  ['in a wrapper', { result: { scene: newScene } }],
  ['by its number', { scene_2: newScene }],
  ['under another name', { rewritten_scene: newScene }],
  ['as text', { scene: JSON.stringify(newScene) }],
  ['in lists within lists', { scenes: [[newScene]] }],
  ['as its rows alone', { rows: newScene!.rows }],
  ['as a list of its rows', newScene!.rows],
  ['as a row alone', newScene!.rows[0]],
  ['as a script with one scene', { title: 'Т', hook: '', scenes: [newScene] }],
  ['without a heading', { scene: { beat: 'hook', rows: newScene!.rows } }],
])('a scene %s', async (_, output) => {
  model.server.always({ content: JSON.stringify(output) })
  const base = {
    title: 'Термос',
    language: 'ru',
    kind: 'ad',
    platform: 'youtube',
    scenes: [{ ...newScene!, id: 's', locked: false, rows: [] }],
  }
  const task = rewriteTask(base as unknown as Parameters<typeof rewriteTask>[0], { scene_id: 's', note: 'короче' })
  const { value } = await askModel(task, model.provider())
  expect(value?.rows[0]?.audio[0]?.text).toContain('Новая сцена о чае')
})

describe('an answer that would take long to look at', () => {
  /** Milliseconds of this thread, with room for a machine that does ten other things. */
  const MAX_MS = 1_500
  const used = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  test.each<[string, string]>([
    [
      'a million zeros for scenes',
      `{"title":"Т","hook":"","cta":"","audience":"","tone":[],"scenes":[${'0,'.repeat(1e6)}0]}`,
    ],
    ['a million names', `{${Array.from({ length: 3e5 }, (_, i) => `"k${i}":0`).join()}}`],
  ])('%s: is no script', async (_, content) => {
    model.server.always({ content })
    const before = used()
    expect((await askModel(SCRIPT_TASK, model.provider())).result).toBeInstanceOf(Error)
    expect(used() - before).toBeLessThan(MAX_MS)
  })
  test('marks beyond the thirtieth on a letter go', async () => {
    model.server.always(json({ ...SCRIPT, title: `Т${'\u0f71\u0f72\u0f74'.repeat(1_900)}` }))
    const before = used()
    const { value } = await askModel(SCRIPT_TASK, model.provider())
    expect(value?.title.match(/\p{M}/gu)?.length).toBe(30)
    expect(used() - before).toBeLessThan(MAX_MS)
  })
})
