import { afterEach, describe, expect, test } from '@jest/globals'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createChain } from '../../../activities/ai/chain.ts'
import { createOpenAiProvider } from '../../../activities/ai/openai.ts'
import { ProviderFailure, type CallEnd, type ScriptProvider } from '../../../activities/ai/provider.ts'
import { scriptTask } from '../../../activities/ai/tasks/script.ts'
import { ProviderList } from '../../../models/settings.ts'
import { answerFor } from '../../support/model-server.ts'

/** Local servers with the habits of each provider: what they take, what they refuse, how they answer. */
type Body = Record<string, unknown>
interface Asked {
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Body
}
interface Reply {
  readonly status?: number
  readonly json?: unknown
  /** Lines of an event stream. */
  readonly events?: readonly string[]
}
type Imitation = (asked: Asked) => Reply

const servers: http.Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function imitate(imitation: Imitation): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = http.createServer((req, res) => {
    let raw = ''
    req.setEncoding('utf8').on('data', (text: string) => (raw += text))
    req.on('end', () => {
      const one = { path: req.url ?? '', headers: req.headers, body: JSON.parse(raw) as Body }
      asked.push(one)
      const { status = 200, json, events } = imitation(one)
      res.writeHead(status, { 'content-type': events ? 'text/event-stream' : 'application/json' })
      res.end(events ? events.map((line) => `${line}\n\n`).join('') : JSON.stringify(json))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

const refuse = (message: string, param?: string): Reply => ({
  status: 400,
  json: { error: { message, type: 'invalid_request_error', code: null, param: param ?? null } },
})
/** Refuses every parameter but these, as strict servers do. */
const taking =
  (parameters: readonly string[], answer: Imitation): Imitation =>
  (asked) => {
    const other = Object.keys(asked.body).find((name) => !parameters.includes(name))
    return other ? refuse(`Unrecognized request argument: ${other}`, other) : answer(asked)
  }

const data = (value: unknown) => `data: ${JSON.stringify(value)}`
const SCRIPT = JSON.stringify(answerFor(schemaOf()))
function schemaOf(): Record<string, unknown> {
  const string = { type: 'string' }
  const audio = { type: 'object', properties: { speaker: string, type: { enum: ['vo'] }, text: string } }
  const row = {
    type: 'object',
    properties: { visual: string, audio: { type: 'array', items: audio }, duration_s: { type: 'number' } },
  }
  const scene = {
    type: 'object',
    properties: { heading: string, beat: { enum: ['hook'] }, rows: { type: 'array', items: row } },
  }
  return {
    type: 'object',
    properties: {
      title: string,
      audience: string,
      tone: { type: 'array', items: string },
      hook: string,
      cta: string,
      scenes: { type: 'array', items: scene },
    },
  }
}
const halves = (text: string) => [text.slice(0, 100), text.slice(100)]
const chunk = (delta: object, finish_reason: string | null = null, rest: object = {}) =>
  data({ model: 'served', choices: [{ index: 0, delta, finish_reason }], ...rest })
const USAGE = { prompt_tokens: 11, completion_tokens: 22 }
const streamed = (usage: 'own chunk' | 'last chunk' | 'none' = 'own chunk'): Reply => ({
  events: [
    ...halves(SCRIPT).map((content) => chunk({ content })),
    chunk({}, 'stop', usage === 'last chunk' ? { usage: USAGE } : {}),
    ...(usage === 'own chunk' ? [data({ choices: [], usage: USAGE })] : []),
    'data: [DONE]',
  ],
})

const LIMITS = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 10_000 }
const provider = (kind: string, url: string, extra: object = {}): ScriptProvider => {
  const [settings] = ProviderList.parse(
    JSON.stringify([{ name: kind, kind, base_url: url, model: 'asked-for', ...extra }]),
  )
  return createOpenAiProvider(settings!, LIMITS, () => 'MARKER')
}
const TASK = scriptTask({ brief: 'Ролик о термосе' }, { template: null, base: null })
const ask = async (by: ScriptProvider) => {
  const calls: { rung: string; outcome: CallEnd['outcome'] }[] = []
  const answered = await by.ask(TASK, {
    signal: new AbortController().signal,
    onCall:
      async ({ rung }) =>
      async ({ outcome }) =>
        void calls.push({ rung, outcome }),
  })
  expect(answered.value.scenes).toHaveLength(3)
  return { ...answered, calls }
}
const failure = async (by: ScriptProvider): Promise<ProviderFailure> => {
  const error: unknown = await ask(by).then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(ProviderFailure)
  return error as ProviderFailure
}
const formatOf = ({ body }: Asked) => (body['response_format'] ?? {}) as { type?: string; json_schema?: Body }
const userText = ({ body }: Asked) => (body['messages'] as { role: string; content: string }[]).at(-1)?.content ?? ''

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
          ...deltas,
          data({
            type: 'response.incomplete',
            response: whole({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
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
    ['a clean end without the last event is no answer', { events: deltas }, 'connection'],
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
  expect(formatOf(server.asked[0]!).json_schema).toHaveProperty('properties.scenes')
})

test('GigaChat: without schemas it is asked by a tool, whose arguments are the answer; json_object is never tried', async () => {
  const server = await imitate(
    taking([...CHAT, 'max_tokens', 'tools', 'tool_choice'], ({ body }) => {
      if (body['response_format']) return { status: 422, json: { status: 422, message: 'response_format: no' } }
      const call = (args: string) => ({ tool_calls: [{ index: 0, function: { name: 'script', arguments: args } }] })
      return { events: [...halves(SCRIPT).map((half) => chunk(call(half))), chunk({}, 'tool_calls'), 'data: [DONE]'] }
    }),
  )
  const gigachat = provider('gigachat', server.url, { api_key: 'k' })
  const first = await ask(gigachat)
  expect(first.calls).toEqual([
    { rung: 'schema', outcome: 'rejected' },
    { rung: 'tool', outcome: 'stop' },
  ])
  expect(first.usage).toEqual({ input_tokens: null, output_tokens: null })
  // Remembered.
  expect((await ask(gigachat)).calls).toEqual([{ rung: 'tool', outcome: 'stop' }])
  expect(server.asked.map((a) => formatOf(a).type)).toEqual(['json_schema', undefined, undefined])
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
  expect((await ask(llama)).calls.map((c) => c.rung)).toEqual(['schema', 'json_object'])
  const last = server.asked.at(-1)!
  expect(formatOf(last)).toEqual({ type: 'json_object' })
  expect(userText(last)).toMatch(/JSON/)
  expect(userText(last)).toContain('"on_screen_text"')
  expect((await ask(llama)).calls.map((c) => c.rung)).toEqual(['json_object'])
})

describe('any compatible server', () => {
  test('is asked rung by rung down to plain text, once each, and that is remembered', async () => {
    const server = await imitate(({ body }) => {
      for (const name of ['response_format', 'tools', 'stream_options'])
        if (name in body) return refuse(`${name} is not supported`, name)
      return 'max_tokens' in body ? refuse('use max_completion_tokens instead of max_tokens') : streamed('none')
    })
    const compatible = provider('compatible', server.url)
    const first = await ask(compatible)
    expect(first.calls.at(-1)).toEqual({ rung: 'plain', outcome: 'stop' })
    expect(first.calls.map((c) => c.rung).filter((rung, i, all) => all.indexOf(rung) === i)).toEqual([
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
    expect(told).toEqual([['ollama', false]])
    await ask(by)
    expect(asked()).toEqual([1, 2, 2])
  })

  test('one that is down is left out after five failures in a row', async () => {
    const { by, asked, told } = await chain(status(500), () => streamed())
    for (let i = 0; i < 7; i++) expect(await ask(by)).toMatchObject({ provider: 'vllm' })
    expect(asked()).toEqual([5, 7])
    expect(told).toEqual([['ollama', false]])
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
