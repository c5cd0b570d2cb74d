import { describe, expect, test } from '@jest/globals'
import type { ProviderMemory } from '../../llm/memory.ts'
import type { Task } from '../../llm/task.ts'
import { rewriteTask } from '../../writing/tasks/rewrite.ts'
import { titlesTask } from '../../writing/tasks/titles.ts'
import { askModel, misbehaving, SCRIPT_TASK as SCRIPT, type Ended } from '../support/ask-model.ts'
import { chunk, GOOD, scriptIn, STREAM, USABLE, USELESS } from '../support/model-behaviours.ts'
import type { Behaviour } from '../support/model-server.ts'

const model = misbehaving()
const { provider } = model
const ask = <T>(task: Task<T>, by = provider()) => askModel(task, by)
const limits = () => model.server.requests.map(({ body }) => body['max_tokens'] ?? body['max_completion_tokens'])
const modes = (ended: readonly Ended[]) => ended.map((e) => e.output_mode)
const refuse = (message: string, rest: object = {}): Behaviour => ({
  status: 400,
  json: { error: { message, type: 'invalid_request_error', ...rest } },
})

describe('is used, with one call', () => {
  test.each(Object.entries(USABLE))('%s', async (_, behaviour: Behaviour) => {
    model.server.always(behaviour)
    const { value, result, ended } = await ask(SCRIPT)
    expect(result).not.toBeInstanceOf(Error)
    expect(value?.scenes[0]?.rows[0]?.audio[0]).toMatchObject({
      type: 'vo',
      text: expect.stringContaining('Термос держит чай'),
    })
    expect(ended.map((e) => e.outcome)).toEqual(['stop'])
  })

  test.each<[string, unknown]>([
    ['as they were asked for', { titles: ['Чай', 'Снег'] }],
    ['as a list', ['Чай', 'Снег']],
    ['as a list of objects', [{ title: 'Чай' }, { title: 'Снег' }]],
    ['as numbered fields', { titles: { '1': 'Чай', '2': 'Снег' } }],
    ['within a wrapper', { result: { titles: ['Чай', 'Снег'] } }],
    ['under another name', { Titles: ['Чай', { text: 'Снег' }] }],
  ])('titles %s', async (_, output) => {
    model.server.always({ content: JSON.stringify(output) })
    const { value } = await ask(titlesTask({ brief: 'Ролик о термосе', count: 5, language: 'ru' }))
    expect(value?.map((t) => t.text)).toEqual(['Чай', 'Снег'])
  })

  const [scene] = scriptIn('Новая сцена о чае').scenes
  test.each<[string, unknown]>([
    ['as it was asked for', { scene }],
    ['flat', scene],
    ['in a list of scenes', { scenes: [scene] }],
    ['in a bare list', [scene]],
    [
      'with one row for a list and seconds with their unit',
      { scene: { ...scene, rows: { ...scene!.rows[0], duration_s: '5 с' } } },
    ],
  ])('a scene %s', async (_, output) => {
    model.server.always({ content: JSON.stringify(output) })
    const base = {
      title: 'Термос',
      language: 'ru',
      kind: 'ad',
      platform: 'youtube',
      scenes: [{ ...scene!, id: 's', locked: false, rows: [] }],
    } as unknown as Parameters<typeof rewriteTask>[0]
    const { value } = await ask(rewriteTask(base, { scene_id: 's', note: 'короче' }))
    expect(value?.rows[0]?.audio[0]?.text).toContain('Новая сцена о чае')
  })
})

describe('what was received and cannot be used counts, whatever it failed by', () => {
  test.each(Object.entries(USELESS))('%s', async (_, behaviour: Behaviour) => {
    model.server.always(behaviour)
    const { result, ended } = await ask(SCRIPT)
    expect(result).toMatchObject({ spent: 1, retryable: true })
    expect(ended).toHaveLength(1)
    expect(ended[0]!.text.length + ended[0]!.thinking).toBeGreaterThan(0)
  })

  test('half a script that a repair could close is not stored as a whole one', async () => {
    model.server.always({ content: GOOD.slice(0, -30), finish: 'stop' })
    expect((await ask(SCRIPT)).result).toMatchObject({ reason: 'malformed' })
  })
})

describe('a server is learned about', () => {
  test('that takes a schema and ignores it is told it in words from the next call on, and that is kept', async () => {
    const by = provider()
    const inWords = (text: string) => text.includes('JSON Schema')
    model.server.always(({ body }) => ({
      content: inWords(body.messages?.at(-1)?.content ?? '') ? GOOD : 'Отличная идея!',
    }))
    const first = await ask(SCRIPT, by)
    const second = await ask(SCRIPT, by)
    const third = await ask(SCRIPT, by)
    expect([first, second, third].flatMap((a) => modes(a.ended))).toEqual(['strict', 'json_object', 'json_object'])
    expect([second, third].map((a) => a.ended[0]!.outcome)).toEqual(['stop', 'stop'])
  })

  test.each([
    'max_tokens is too large: 16384. This model supports at most 8192 completion tokens',
    'max_tokens 16384 is not supported, the maximum is 8192',
    'Range of max_tokens should be [1, 8192]',
    "This model's maximum context length is 10000 tokens. However, you requested 16384",
  ])('that takes no token limit as high is asked with half of it, and that is kept: %s', async (message) => {
    const by = provider()
    const task = { ...SCRIPT, max_output_tokens: 16_384 }
    model.server.always(({ body }) => (Number(body['max_tokens']) > 8_192 ? refuse(message) : { content: GOOD }))
    await ask(task, by)
    await ask(task, by)
    expect(limits()).toEqual([16_384, 8_192, 8_192])
    expect(model.server.requests.every(({ body }) => 'max_tokens' in body)).toBe(true)
  })

  test('that thinks until its limit is given twice as much, and no more than it takes', async () => {
    const by = provider()
    model.server.always(({ body }) =>
      Number(body['max_tokens']) > 6_000
        ? { content: GOOD }
        : { events: [chunk({ reasoning_content: 'hm' }), chunk({}, 'length'), 'data: [DONE]\n\n'] },
    )
    expect((await ask(SCRIPT, by)).result).toMatchObject({ reason: 'empty', spent: 1 })
    expect((await ask(SCRIPT, by)).value).toBeDefined()
    expect(limits()).toEqual([4_096, 8_192])
  })

  test('that takes no stream is asked without, and given its whole time', async () => {
    model.server.always(({ body }) =>
      body.stream ? refuse('Streaming is not supported', { param: 'stream' }) : { content: GOOD, delayMs: 1_500 },
    )
    const { value } = await ask(SCRIPT)
    expect(value).toBeDefined()
    expect(model.server.requests.map(({ body }) => [body.stream, 'stream_options' in body])).toEqual([
      [true, true],
      [false, false],
    ])
  })

  test('that breaks at its grammar is asked another way', async () => {
    model.server.always(({ body }) =>
      body.response_format?.type === 'json_schema'
        ? { status: 500, json: { error: { message: 'Failed to initialize samplers: failed to parse grammar' } } }
        : { content: GOOD },
    )
    const { value, ended } = await ask(SCRIPT, provider({ kind: 'llamacpp' }))
    expect(value).toBeDefined()
    expect(modes(ended)).toEqual(['schema', 'json_object'])
  })

  test('that refuses without a reason is asked one way lower, once; in vain, it is taken back', async () => {
    const by = provider()
    model.server.always(refuse('Bad Request'))
    expect(modes((await ask(SCRIPT, by)).ended)).toEqual(['strict', 'schema'])
    model.server.always({ content: GOOD })
    expect(modes((await ask(SCRIPT, by)).ended)).toEqual(['strict'])
  })

  test('a name of the limit that is refused too is taken back; neither is sent when both are refused', async () => {
    model.server.always(({ body }) => {
      const name = ['max_tokens', 'max_completion_tokens'].find((n) => n in body)
      return name
        ? refuse(`Unsupported parameter: '${name}'`, { param: name, code: 'unsupported_parameter' })
        : { content: GOOD }
    })
    expect((await ask(SCRIPT)).value).toBeDefined()
    expect(limits()).toEqual([4_096, 4_096, undefined])
  })

  test('a brief that is too long for it changes nothing for others', async () => {
    const by = provider()
    model.server.always(
      refuse("This model's maximum context length is 4096 tokens. Please reduce the length of the messages."),
    )
    expect((await ask(SCRIPT, by)).result).toMatchObject({
      code: 'ai.provider_rejected',
      reason: 'bad_request',
      spent: 0,
    })
    model.server.reset()
    model.server.always({ content: GOOD })
    await ask(SCRIPT, by)
    expect(limits()).toEqual([4_096])
  })

  test('a message that only mentions the limit does not change its name', async () => {
    model.server.always(refuse('Request rejected (model=m, max_tokens=4096)'))
    await ask(SCRIPT)
    expect(model.server.requests.every(({ body }) => 'max_tokens' in body)).toBe(true)
  })
})

describe('what was learned outlasts the process', () => {
  const remembering = () => {
    const kept = new Map<string, Record<string, unknown>>()
    const memory: ProviderMemory = {
      recall: async (server) => kept.get(server) ?? {},
      keep: async (server, learned) => void kept.set(server, { ...kept.get(server), ...learned }),
    }
    return { kept, memory }
  }

  test('a mode, a stream and a limit: a new process asks at once as the old one ended, the same model alone', async () => {
    const { kept, memory } = remembering()
    model.server.always(({ body }) => {
      if (body.stream) return refuse('Streaming is not supported', { param: 'stream' })
      if (Number(body['max_tokens']) > 2_048) return refuse('max_tokens is too large, at most 2048')
      return { content: body.response_format?.type === 'json_schema' ? 'Отличная идея!' : GOOD }
    })
    const first = await ask(SCRIPT, provider({}, memory))
    expect(first.result).toMatchObject({ reason: 'malformed' })
    expect([...kept.values()]).toEqual([
      { stream: false, stream_usage: false, max_tokens: 2_048, output_mode: 'json_object' },
    ])
    const second = await ask(SCRIPT, provider({}, memory))
    expect(second.ended.map((e) => [e.output_mode, e.outcome])).toEqual([['json_object', 'stop']])
    const other = await ask(SCRIPT, provider({ model: 'another' }, memory))
    expect(modes(other.ended)[0]).toBe('strict')
  })

  test('what is no longer known of it is not believed', async () => {
    const { memory } = remembering()
    const recall = async () => ({ output_mode: 'grammar', stream: true, colour: 'red' })
    model.server.always({ content: GOOD })
    expect(modes((await ask(SCRIPT, provider({}, { ...memory, recall }))).ended)).toEqual(['strict'])
    const broken = async () => ({ stream: 'yes' })
    expect(modes((await ask(SCRIPT, provider({}, { ...memory, recall: broken }))).ended)).toEqual(['strict'])
  })
})

describe('usage', () => {
  test.each<[string, Behaviour, object]>([
    [
      'zeros beside text are no count',
      { content: GOOD, usage: { prompt_tokens: 0, completion_tokens: 0 } },
      { input_tokens: null, output_tokens: null },
    ],
    [
      'counts as text are counts',
      { content: GOOD, usage: { prompt_tokens: '12', completion_tokens: '34' } },
      { input_tokens: 12, output_tokens: 34 },
    ],
    [
      'that comes with every event counts once',
      {
        events: [
          chunk({ content: GOOD }, null, { usage: { prompt_tokens: 5, completion_tokens: 1 } }),
          chunk({}, 'stop', { usage: { prompt_tokens: 5, completion_tokens: 9 } }),
        ],
        open: true,
      },
      { input_tokens: 5, output_tokens: 9 },
    ],
  ])('%s', async (_, behaviour, usage) => {
    model.server.always(behaviour)
    expect((await ask(SCRIPT)).ended[0]).toMatchObject({ usage })
  })

  test('thoughts are counted by their length, and a body that is no answer is none', async () => {
    model.server.always({
      thinking: { field: 'reasoning_content', pieces: ['x'.repeat(1_000)] },
      content: GOOD,
      usage: null,
    })
    expect((await ask(SCRIPT)).ended[0]).toMatchObject({ thinking: 1_000, answered: true })
    model.server.always({ headers: STREAM, body: '{"hello":"world"}' })
    expect((await ask(SCRIPT)).ended[0]).toMatchObject({ outcome: 'malformed', answered: false })
  })
})
