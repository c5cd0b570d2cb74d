import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createOpenAiProvider } from '../../llm/openai.ts'
import { ProviderFailure } from '../../llm/provider.ts'
import { scriptTask } from '../../writing/tasks/script.ts'
import { openAiSettings } from '../../llm/settings.ts'
import { answerFor, startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'

const KEY = 'sk-test-very-secret-key-0123456789'
const BRIEF = 'Ролик для кофейни «Зерно»: СЕКРЕТНОЕСЛОВО и скидка на первый заказ'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})
afterEach(() => {
  const { surprises } = server
  server.reset()
  expect(surprises).toEqual([])
})

const provider = (overrides: { key?: string | undefined; url?: string; timeoutMs?: number } = {}) => {
  const ms = overrides.timeoutMs ?? 2_000
  return createOpenAiProvider(
    openAiSettings('key' in overrides ? overrides.key : KEY, overrides.url ?? server.url, 'test-model'),
    { connect_ms: ms, first_token_ms: ms, idle_ms: ms, total_ms: ms },
    { newMarker: () => 'MARKER' },
  )
}

const write = async (signal = new AbortController().signal, p = provider()) => {
  const { value, usage, model } = await p.ask(scriptTask({ brief: BRIEF }, { template: null, base: null }), { signal })
  return { draft: value, usage, model }
}
const failureOf = async (p = provider()): Promise<ProviderFailure> => {
  const error = await write(undefined, p).then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(ProviderFailure)
  return error as ProviderFailure
}

test('a good answer becomes a draft with usage and the model that answered', async () => {
  server.plan({ model: 'test-model-2026-01' })
  const { draft, usage, model } = await write()
  expect(draft).toMatchObject({ language: 'ru', target_duration_s: 60, is_demo: false })
  expect(draft.scenes).toHaveLength(3)
  expect({ usage, model }).toEqual({ usage: { input_tokens: 120, output_tokens: 480 }, model: 'test-model-2026-01' })
})

test('the request is one that every compatible server takes: strict schema, a token limit, nothing else', async () => {
  server.plan({})
  await write()
  const { body, headers } = server.requests[0]!
  expect(Object.keys(body).sort()).toEqual([
    'max_tokens',
    'messages',
    'model',
    'response_format',
    'stream',
    'stream_options',
  ])
  expect(body.response_format).toMatchObject({ type: 'json_schema', json_schema: { name: 'script', strict: true } })
  expect(headers.authorization).toBe(`Bearer ${KEY}`)
  expect(server.requests[0]!.raw).not.toContain(KEY)
})

test('without a key no authorization is sent, and none is taken from the environment', async () => {
  process.env.OPENAI_API_KEY = 'sk-from-the-environment'
  try {
    server.plan({})
    await write(undefined, provider({ key: undefined }))
    expect(server.requests[0]!.headers.authorization).toBeUndefined()
  } finally {
    delete process.env.OPENAI_API_KEY
  }
})

const apiError = (status: number, code: string | null, headers: Record<string, string> = {}): Behaviour => ({
  status,
  headers: { 'x-request-id': 'req_abc123', ...headers },
  json: { error: { message: `echo of ${BRIEF} with ${KEY}`, type: code, code } },
})
const good = (): string =>
  JSON.stringify({
    title: 'Зерно',
    description: null,
    audience: '',
    tone: [],
    hook: '',
    cta: '',
    scenes: [
      { heading: '', beat: 'hook', rows: [{ visual: 'Чашка', audio: [], on_screen_text: null, duration_s: 3 }] },
    ],
  })

describe('each misbehaviour of a provider is one typed failure', () => {
  test.each<[string, Behaviour, object]>([
    [
      '500',
      apiError(500, 'server_error'),
      { code: 'ai.provider_unavailable', reason: 'server_error', retryable: true, spent: 0 },
    ],
    [
      '502 with HTML',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' },
      { code: 'ai.provider_unavailable' },
    ],
    [
      '503 with Retry-After in seconds',
      apiError(503, null, { 'retry-after': '7' }),
      { code: 'ai.provider_unavailable', retryAfterMs: 7_000 },
    ],
    ['529', apiError(529, 'overloaded'), { code: 'ai.provider_unavailable', retryable: true }],
    ['408', apiError(408, null), { code: 'ai.provider_unavailable', retryable: true }],
    ['409', apiError(409, null), { code: 'ai.provider_unavailable', retryable: true }],
    [
      '429 by rate',
      apiError(429, 'rate_limit_exceeded', { 'retry-after': '2' }),
      { code: 'ai.provider_unavailable', reason: 'rate_limited', retryable: true, retryAfterMs: 2_000 },
    ],
    [
      '429 whose retry-after-ms wins',
      apiError(429, 'slow_down', { 'retry-after-ms': '1500', 'retry-after': '60' }),
      { retryAfterMs: 1_500 },
    ],
    ['429 with an endless Retry-After', apiError(429, null, { 'retry-after': '86400' }), { retryAfterMs: 120_000 }],
    ['429 with a negative Retry-After', apiError(429, null, { 'retry-after': '-5' }), { retryAfterMs: 0 }],
    [
      '429 with a Retry-After that is none',
      apiError(429, null, { 'retry-after': 'soon' }),
      { retryAfterMs: undefined },
    ],
    [
      '429 insufficient_quota',
      apiError(429, 'insufficient_quota', { 'retry-after': '1' }),
      { code: 'ai.quota', retryable: false, retryAfterMs: undefined },
    ],
    ['429 credit_balance_exhausted', apiError(429, 'credit_balance_exhausted'), { code: 'ai.quota', retryable: false }],
    [
      '429 project_spend_limit_exceeded',
      apiError(429, 'project_spend_limit_exceeded'),
      { code: 'ai.quota', retryable: false },
    ],
    [
      '429 billing_hard_limit_reached',
      apiError(429, 'billing_hard_limit_reached'),
      { code: 'ai.quota', retryable: false },
    ],
    [
      '400 billing_hard_limit_reached',
      apiError(400, 'billing_hard_limit_reached'),
      { code: 'ai.quota', retryable: false },
    ],
    ['402', apiError(402, null), { code: 'ai.quota', retryable: false }],
    ['400', apiError(400, 'invalid_request_error'), { code: 'ai.provider_rejected', reason: 'bad_request' }],
    ['401', apiError(401, 'invalid_api_key'), { code: 'ai.provider_rejected', retryable: false }],
    ['403', apiError(403, null), { code: 'ai.provider_rejected', retryable: false }],
    ['404', apiError(404, 'model_not_found'), { code: 'ai.provider_rejected', retryable: false }],
    ['422', apiError(422, null), { code: 'ai.provider_rejected', retryable: false }],
    [
      'a redirect, which is not followed',
      { status: 307, headers: { location: 'http://127.0.0.1:1/v1/chat/completions' } },
      { code: 'ai.provider_rejected', retryable: false },
    ],
    ['400 content_filter (Azure)', apiError(400, 'content_filter'), { code: 'ai.refused', retryable: false }],
    ['a refusal', { refusal: `I cannot write ${BRIEF}` }, { code: 'ai.refused', retryable: false }],
    [
      'a content filter at the end',
      { finish: 'content_filter', content: '{"title":' },
      { code: 'ai.refused', retryable: false },
    ],
    [
      'an answer cut off',
      { finish: 'length', content: '{"title":"Зер' },
      { code: 'ai.output_invalid', reason: 'truncated', retryable: true, attempts: 2 },
    ],
    ['no choices', { choices: [] }, { code: 'ai.output_invalid', reason: 'empty', retryable: true, attempts: 3 }],
    ['null content', { content: null }, { code: 'ai.output_invalid', reason: 'empty' }],
    ['white space only', { content: ' \n ' }, { reason: 'empty' }],
    ['thinking only', { content: '<think>Let me see' }, { reason: 'empty' }],
    [
      'prose',
      { content: `Вот ваш сценарий: ${BRIEF}` },
      { code: 'ai.output_invalid', reason: 'malformed', attempts: 3 },
    ],
    ['broken JSON in the content', { content: '{"title": "Зерно", "scenes": [' }, { reason: 'malformed' }],
    [
      'JSON of another shape',
      { content: JSON.stringify({ [BRIEF]: BRIEF }) },
      { code: 'ai.output_invalid', reason: 'invalid', retryable: true },
    ],
    ['a script without scenes', { content: good().replace(/"scenes":.*/, '"scenes":[]}') }, { reason: 'invalid' }],
    ['a body that is not JSON', { body: '{"choices": [' }, { reason: 'malformed' }],
    ['a body that is a JSON string', { body: '"ok"' }, { reason: 'malformed' }],
    ['an empty body', { body: '' }, { code: 'ai.output_invalid' }],
    [
      'HTML with status 200',
      { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
      { code: 'ai.provider_rejected', reason: 'rejected', retryable: false, spent: 0 },
    ],
    [
      'an error with status 200 (OpenRouter)',
      { json: { error: { code: 429, message: BRIEF } } },
      { reason: 'rate_limited', retryable: true },
    ],
    [
      'an error in the choice (OpenRouter)',
      { choices: [{ error: { code: 502, message: BRIEF }, message: null }] },
      { reason: 'server_error' },
    ],
    [
      'the connection ended before headers',
      { disconnect: 'before_headers' },
      { code: 'ai.provider_unavailable', reason: 'connection', retryable: true },
    ],
    [
      'the connection ended in the body',
      { disconnect: 'after_headers' },
      { code: 'ai.provider_unavailable', reason: 'connection', retryable: true },
    ],
  ])('%s', async (_, behaviour, expected) => {
    server.plan(behaviour)
    const failure = await failureOf()
    expect({ ...failure }).toMatchObject(expected)
    expect(server.requests).toHaveLength(1)
    const told = `${failure.message} ${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`
    expect(told).not.toMatch(/СЕКРЕТНОЕСЛОВО|very-secret/)
    expect(failure.message.length).toBeLessThanOrEqual(300)
  })

  test('no answer within the time limit', async () => {
    server.plan({ hang: true })
    expect(await failureOf(provider({ timeoutMs: 150 }))).toMatchObject({ code: 'ai.timeout', retryable: true })
    expect(server.requests).toHaveLength(1)
  })

  test('a body that drips on past the time limit', async () => {
    server.plan({ dripMs: 60 })
    expect(await failureOf(provider({ timeoutMs: 200 }))).toMatchObject({ code: 'ai.timeout', retryable: true })
  })

  test('nobody listens', async () => {
    const failure = await failureOf(provider({ url: 'http://user:hunter2@127.0.0.1:1/v1' }))
    expect(failure.code).toBe('ai.provider_unavailable')
    expect(failure.message).toMatch(/^connection: no connection/)
  })

  test('the provider’s status, code and request id are told to operators', async () => {
    server.plan(apiError(401, 'invalid_api_key'))
    expect((await failureOf()).message).toBe('rejected: HTTP 401, invalid_api_key, request req_abc123')
  })
})

describe('answers that need some reading', () => {
  test.each<[string, string]>([
    ['in a code fence', `\`\`\`json\n${good()}\n\`\`\``],
    ['after thinking', `<think>{"title": "not this"}</think>\n${good()}`],
    ['with words around', `Here is the script:\n${good()}\nEnjoy!`],
  ])('JSON %s', async (_, content) => {
    server.plan({ content })
    expect((await write()).draft.title).toBe('Зерно')
  })

  test('a provider that counts no tokens and names no model', async () => {
    server.plan({ content: good(), usage: null, model: '' })
    expect(await write()).toMatchObject({ usage: { input_tokens: null, output_tokens: null }, model: 'test-model' })
  })

  test('texts for every field of the schema', async () => {
    server.plan({})
    const { draft } = await write()
    expect(answerFor(server.requests[0]!.body.response_format!.json_schema.schema)).toHaveProperty('scenes')
    expect(draft.scenes.flatMap((s) => s.rows)).toHaveLength(9)
  })
})

describe('cancelling', () => {
  test.each<[string, Behaviour]>([
    ['before the headers', { hang: true }],
    ['in the middle of the body', { dripMs: 50 }],
  ])('closes the socket %s and throws the reason given', async (_, behaviour) => {
    server.plan(behaviour)
    const abort = new AbortController()
    const reason = new Error('cancelled by the person')
    const written = write(abort.signal, provider({ timeoutMs: 20_000 }))
    const request = await server.received(1)
    setTimeout(() => abort.abort(reason), 80)
    await expect(written).rejects.toBe(reason)
    const end = Date.now() + 2_000
    while (!request.aborted && Date.now() < end) await new Promise((r) => setTimeout(r, 5))
    expect(request.aborted).toBe(true)
  })

  test('a call that is cancelled already sends nothing', async () => {
    const reason = new Error('too late')
    await expect(write(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(server.requests).toHaveLength(0)
  })
})
