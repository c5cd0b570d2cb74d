import { afterEach, describe, expect, test } from '@jest/globals'
import { createChain } from '../../llm/chain.ts'
import {
  ask,
  chunk,
  closeImitations,
  data,
  failure,
  formatOf,
  halves,
  imitate,
  provider,
  refuse,
  SCRIPT,
  streamed,
  taking,
  userText,
  type Imitation,
  type Reply,
  type Asked,
} from '../support/provider-imitation.ts'

afterEach(closeImitations)

const CHAT = ['model', 'messages', 'stream', 'response_format']

describe('OpenAI', () => {
  test('chat completions: strict schema, max_completion_tokens, nothing kept, nothing else', async () => {
    const server = await imitate(
      taking([...CHAT, 'stream_options', 'max_completion_tokens', 'store'], () => streamed()),
    )
    const answered = await ask(provider('openai', server.url, { api_key: 'k' }))
    expect(answered).toMatchObject({ usage: { input_tokens: 11, output_tokens: 22 }, model: 'served' })
    expect(server.asked).toHaveLength(1)
    const [{ body, path }] = server.asked as [Asked]
    expect(path).toBe('/v1/chat/completions')
    expect(body).toMatchObject({ store: false, stream: true, stream_options: { include_usage: true } })
    expect(formatOf(server.asked[0]!)).toMatchObject({ type: 'json_schema', json_schema: { strict: true } })
  })

  const RESPONSES = ['model', 'input', 'stream', 'text', 'max_output_tokens', 'store']
  const whole = (rest: object = {}) => ({
    object: 'response',
    status: 'completed',
    model: 'served',
    output: [
      { type: 'reasoning', summary: [] },
      { type: 'message', content: [{ type: 'output_text', text: SCRIPT }] },
    ],
    usage: { input_tokens: 11, output_tokens: 22 },
    ...rest,
  })
  const deltas = halves(SCRIPT).map((delta) => data({ type: 'response.output_text.delta', delta }))
  const cut = deltas.slice(0, 1)
  const responses = (imitation: Imitation) => imitate(taking(RESPONSES, imitation))
  const of = (url: string) => provider('openai', url, { api_key: 'k', endpoint: 'responses' })

  test('responses: the schema under text, the status of the last event counts', async () => {
    const events = [...deltas, data({ type: 'response.completed', response: whole() })]
    const server = await responses(() => ({ events }))
    expect(await ask(of(server.url))).toMatchObject({
      usage: { input_tokens: 11, output_tokens: 22 },
      model: 'served',
    })
    const [{ body, path }] = server.asked as [Asked]
    expect(path).toBe('/v1/responses')
    expect(body['text']).toMatchObject({ format: { type: 'json_schema', name: 'script', strict: true } })
  })

  test.each<[string, Reply, string]>([
    [
      'incomplete by its limit is truncated',
      {
        events: [
          ...cut,
          data({
            type: 'response.incomplete',
            response: whole({
              status: 'incomplete',
              incomplete_details: { reason: 'max_output_tokens' },
              output: [{ type: 'message', content: [{ type: 'output_text', text: halves(SCRIPT)[0] }] }],
            }),
          }),
        ],
      },
      'truncated',
    ],
    [
      'incomplete by a filter is refused',
      { json: whole({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }) },
      'refused',
    ],
    [
      'a refusal item is refused',
      { json: whole({ output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }] }) },
      'refused',
    ],
    ['a clean end in the middle is no answer', { events: cut }, 'connection'],
    [
      'failed in the stream is a failure',
      {
        events: [
          data({ type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'slow' } } }),
        ],
      },
      'rate_limited',
    ],
  ])('responses: %s', async (_, reply, reason) => {
    const server = await responses(() => reply)
    expect(await failure(of(server.url))).toMatchObject({ reason })
    expect(server.asked).toHaveLength(1)
  })
})

test('YandexGPT: the schema bare, its four parameters and the folder in a header', async () => {
  const server = await imitate(
    taking([...CHAT, 'temperature', 'max_tokens'], (asked) =>
      formatOf(asked).json_schema?.['type'] === 'object'
        ? streamed('last chunk')
        : refuse('json_schema: no properties'),
    ),
  )
  const yandex = provider('yandex', server.url, { api_key: 'k', headers: { 'OpenAI-Project': 'folder' } })
  expect(await ask(yandex)).toMatchObject({ usage: { input_tokens: 11, output_tokens: 22 }, provider: 'yandex' })
  expect(server.asked).toHaveLength(1)
  expect(server.asked[0]!.headers['openai-project']).toBe('folder')
  expect(server.asked[0]!.body['model']).toBe('gpt://folder/asked-for')
  expect(formatOf(server.asked[0]!).json_schema).toHaveProperty('properties.scenes')
})

test('OpenRouter: comments between events, usage in a chunk without choices, the model that answered', async () => {
  const server = await imitate(
    taking([...CHAT, 'stream_options', 'max_tokens'], () => ({
      events: [': OPENROUTER PROCESSING', ': OPENROUTER PROCESSING', ...(streamed().events ?? [])],
    })),
  )
  expect(await ask(provider('openrouter', server.url, { api_key: 'k' }))).toMatchObject({
    usage: { input_tokens: 11, output_tokens: 22 },
    model: 'served',
  })
})

test('Ollama: no key, no tools, a schema without names of strictness; ignored schemas are read leniently', async () => {
  const server = await imitate(
    taking([...CHAT, 'stream_options', 'max_tokens'], () => ({
      events: [
        chunk({ role: 'assistant', content: '<think>\nhm\n</think>\n```json\n' }),
        ...halves(SCRIPT).map((content) => chunk({ content })),
        chunk({ content: '\n```' }, 'stop'),
        'data: [DONE]',
      ],
    })),
  )
  await ask(provider('ollama', server.url))
  expect(server.asked[0]!.headers.authorization).toBeUndefined()
  expect(formatOf(server.asked[0]!)).toMatchObject({ type: 'json_schema' })
  expect(formatOf(server.asked[0]!).json_schema).not.toHaveProperty('strict')
})

test('vLLM: thoughts in a field of their own are no answer', async () => {
  const server = await imitate(
    taking([...CHAT, 'stream_options', 'max_tokens'], () => ({
      events: [
        chunk({ role: 'assistant', content: '', reasoning_content: '{"title":"not this"}' }),
        chunk({ content: null, reasoning_content: 'hm' }),
        ...(streamed().events ?? []),
      ],
    })),
  )
  const { value } = await ask(provider('vllm', server.url))
  expect(value.title).not.toContain('not this')
})

test('llama.cpp: a schema its grammar cannot take ends as json_object, with the schema in the prompt', async () => {
  const server = await imitate(
    taking([...CHAT, 'stream_options', 'max_tokens'], (asked) =>
      formatOf(asked).type === 'json_schema'
        ? {
            status: 400,
            json: { error: { code: 400, message: 'failed to parse grammar', type: 'invalid_request_error' } },
          }
        : streamed(),
    ),
  )
  const llama = provider('llamacpp', server.url)
  expect((await ask(llama)).calls.map((c) => c.output_mode)).toEqual(['schema', 'json_object'])
  const last = server.asked.at(-1)!
  expect(formatOf(last)).toEqual({ type: 'json_object' })
  expect(userText(last)).toMatch(/JSON/)
  expect(userText(last)).toContain('"on_screen_text"')
  expect((await ask(llama)).calls.map((c) => c.output_mode)).toEqual(['json_object'])
})

describe('any compatible server', () => {
  test('is asked mode by mode down to plain text, once each, and that is remembered', async () => {
    const server = await imitate(({ body }) => {
      for (const name of ['response_format', 'tools', 'stream_options'])
        if (name in body) return refuse(`${name} is not supported`, name)
      return 'max_tokens' in body ? refuse('use max_completion_tokens instead of max_tokens') : streamed('none')
    })
    const compatible = provider('compatible', server.url)
    const first = await ask(compatible)
    expect(first.calls.at(-1)).toEqual({ output_mode: 'plain', outcome: 'stop' })
    expect(first.calls.map((c) => c.output_mode).filter((mode, i, all) => all.indexOf(mode) === i)).toEqual([
      'strict',
      'schema',
      'tool',
      'json_object',
      'plain',
    ])
    const before = server.asked.length
    await ask(compatible)
    expect(server.asked).toHaveLength(before + 1)
    expect(Object.keys(server.asked.at(-1)!.body).toSorted()).toEqual([
      'max_completion_tokens',
      'messages',
      'model',
      'stream',
    ])
  })

  test('a refusal about something else is no reason to step down', async () => {
    const server = await imitate(() => refuse('messages: too long', 'messages'))
    expect(await failure(provider('compatible', server.url))).toMatchObject({ code: 'ai.provider_rejected' })
    expect(server.asked).toHaveLength(1)
  })
})

describe('several providers', () => {
  const status =
    (code: number): Imitation =>
    () => ({ status: code, json: { error: { message: 'no' } } })
  const chain = async (...imitations: Imitation[]) => {
    const all = await Promise.all(imitations.map(imitate))
    const told: [string, boolean][] = []
    const names = ['ollama', 'vllm', 'llamacpp']
    const by = createChain(
      all.map(({ url }, i) => provider(names[i]!, url)),
      (name, healthy) => void told.push([name, healthy]),
    )
    return { by, told, asked: () => all.map((server) => server.asked.length) }
  }

  test('are asked in their order, each once; one without money is left out from then on', async () => {
    const { by, asked, told } = await chain(status(402), status(503), () => streamed())
    expect(await ask(by)).toMatchObject({ provider: 'llamacpp', is_demo: false })
    expect(asked()).toEqual([1, 1, 1])
    expect(told).toEqual([
      ['ollama', false],
      ['llamacpp', true],
    ])
    await ask(by)
    expect(asked()).toEqual([1, 2, 2])
  })

  test('one that is down is left out after five failures in a row', async () => {
    const { by, asked, told } = await chain(status(500), () => streamed())
    for (let i = 0; i < 7; i++) expect(await ask(by)).toMatchObject({ provider: 'vllm' })
    expect(asked()).toEqual([5, 7])
    expect(told).toEqual([
      ['vllm', true],
      ['ollama', false],
    ])
  })

  test('that all fail are a failure, never a demo script; with all left out they are asked all the same', async () => {
    const { by, asked } = await chain(status(402), status(401))
    for (const n of [1, 2]) {
      expect((await failure(by)).retryable).toBe(false)
      expect(asked()).toEqual([n, n])
    }
  })

  test('are not gone through with a request that one refuses to write', async () => {
    const refusal: Imitation = () => ({ events: [chunk({ refusal: 'I will not.' }, 'stop'), 'data: [DONE]'] })
    const { by, asked } = await chain(refusal, () => streamed())
    expect(await failure(by)).toMatchObject({ code: 'ai.refused' })
    expect(asked()).toEqual([1, 0])
  })
})
