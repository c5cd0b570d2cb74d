import { afterEach, describe, expect, test } from '@jest/globals'
import {
  ask,
  chunk,
  closeImitations,
  failure,
  formatOf,
  imitate,
  provider,
  SCRIPT,
  streamed,
  taking,
  TASK,
  userText,
  type Imitation,
  type Reply,
} from '../support/provider-imitation.ts'

afterEach(closeImitations)

const KEY = 'Y2xpZW50OnNlY3JldA=='
const MINUTE = 60_000
const refused: Reply = { status: 401, json: { status: 401, message: 'Token has expired' } }

/** GigaChat: a key buys tokens, and answers are given for a token that is the newest. */
async function gigachat({
  life = 30 * MINUTE,
  answer = () => streamed('none'),
}: { life?: number; answer?: Imitation } = {}) {
  const state = { sold: 0, valid: '', grant: undefined as Reply | undefined }
  const server = await imitate((asked) => {
    if (asked.path !== '/v1/oauth')
      return asked.headers.authorization === `Bearer ${state.valid}` ? answer(asked) : refused
    if (asked.headers.authorization !== `Basic ${KEY}`) return { status: 401, json: { message: `Bad key ${KEY}` } }
    if (!/^[0-9a-f-]{36}$/.test(String(asked.headers['rquid'])) || asked.body['scope'] !== 'GIGACHAT_API_B2B')
      return { status: 400, json: { message: 'bad request' } }
    state.valid = `token-${++state.sold}`
    return state.grant ?? { json: { access_token: state.valid, expires_at: Date.now() + life } }
  })
  const oauth = { url: `${server.url}/oauth`, scope: 'GIGACHAT_API_B2B' }
  const by = (api_key = KEY) => provider('gigachat', server.url, { api_key, oauth })
  const paths = () => server.asked.map((a) => a.path.replace('/v1/', ''))
  return { server, state, by, paths }
}

test('one token serves many calls, those at once included', async () => {
  const { state, by, paths } = await gigachat()
  const giga = by()
  await Promise.all([1, 2, 3, 4, 5].map(() => ask(giga)))
  await ask(giga)
  expect(state.sold).toBe(1)
  expect(paths().filter((path) => path === 'chat/completions')).toHaveLength(6)
})

test('a token is bought anew before it ends', async () => {
  const { by, paths } = await gigachat({ life: 4 * MINUTE })
  const giga = by()
  await ask(giga)
  await ask(giga)
  expect(paths()).toEqual(['oauth', 'chat/completions', 'oauth', 'chat/completions'])
})

test('a token that is refused before its time is bought anew once, and the refusal costs nothing', async () => {
  const { state, by, paths } = await gigachat()
  const giga = by()
  await ask(giga)
  state.valid = 'another'
  expect((await ask(giga)).calls.map((c) => c.outcome)).toEqual(['rejected', 'stop'])
  expect(paths()).toEqual(['oauth', 'chat/completions', 'chat/completions', 'oauth', 'chat/completions'])
})

test('a new token that is refused too is the end: the next call may try again', async () => {
  const { state, by } = await gigachat({ answer: () => refused })
  const giga = by()
  expect(await failure(giga)).toMatchObject({ code: 'ai.provider_rejected', retryable: false })
  expect(state.sold).toBe(2)
})

test('a wrong key is a rejection that repeats nothing of it, and no model is asked', async () => {
  const { by, paths } = await gigachat()
  const error = await failure(by('d3Jvbmc6a2V5'))
  expect(error).toMatchObject({
    code: 'ai.provider_rejected',
    retryable: false,
    message: 'access token: rejected: HTTP 401',
  })
  expect(JSON.stringify([error.message, error.stack])).not.toMatch(/Y2xp|d3Jv/)
  expect(paths()).toEqual(['oauth'])
})

test.each<[string, Reply, string]>([
  ['too many requests', { status: 429, json: {} }, 'rate_limited'],
  ['an outage', { status: 503, json: {} }, 'server_error'],
  ['an answer without a token', { json: { hello: 'world' } }, 'server_error'],
  ['a token that is no header', { json: { access_token: 'a\r\nb: c', expires_at: 1 } }, 'server_error'],
])('%s where tokens are sold is waited out, and then it works', async (_, grant, reason) => {
  const { state, by } = await gigachat()
  state.grant = grant
  const giga = by()
  expect(await failure(giga)).toMatchObject({ code: 'ai.provider_unavailable', reason, retryable: true })
  state.grant = undefined
  await ask(giga)
})

test('a call that is cancelled while the token is bought leaves at once; the token is there for the next', async () => {
  const { server, state, by } = await gigachat()
  const giga = by()
  const leaving = new AbortController()
  const left = giga.ask(TASK, { signal: leaving.signal })
  leaving.abort(new Error('cancelled'))
  await expect(left).rejects.toThrow('cancelled')
  await ask(giga)
  expect(state.sold).toBe(1)
  expect(server.asked.filter((a) => a.path.endsWith('completions'))).toHaveLength(1)
})

test('without a key, as behind a proxy that has one, no token is bought', async () => {
  const server = await imitate(() => streamed('none'))
  await ask(provider('gigachat', server.url))
  expect(server.asked.map((a) => [a.path, a.headers.authorization])).toEqual([['/v1/chat/completions', undefined]])
})

// As its documents of June 2026 say; no live call was made.
const PARAMETERS = ['model', 'messages', 'stream', 'response_format', 'max_tokens', 'functions', 'function_call']
const USAGE = { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33, precached_prompt_tokens: 0 }

test('the schema lies in response_format itself', async () => {
  const { server, by } = await gigachat({
    answer: taking(PARAMETERS, ({ body }) => {
      const { type, schema, ...other } = body['response_format'] as Record<string, unknown>
      const known = type === 'json_schema' && typeof schema === 'object' && Object.keys(other).length === 0
      return known ? streamed() : { status: 422, json: { status: 422, message: 'Invalid params: response_format' } }
    }),
  })
  expect((await ask(by())).calls).toEqual([{ output_mode: 'flat_schema', outcome: 'stop' }])
  const [asked] = server.asked.filter((a) => a.path.endsWith('completions'))
  expect(asked!.body['response_format']).toHaveProperty('schema.properties.scenes')
})

test('where schemas are not sold it is asked by a function, whose arguments are an object and the answer; json_object is never tried', async () => {
  const { server, by } = await gigachat({
    answer: taking(PARAMETERS, ({ body }) => {
      if (body['response_format']) return { status: 422, json: { status: 422, message: 'response_format: no' } }
      const { name } = body['function_call'] as { name: string }
      const call = { role: 'assistant', content: '', function_call: { name, arguments: JSON.parse(SCRIPT) as object } }
      return {
        events: [
          chunk({ ...call, functions_state_id: '77d3fb14-457a-46ba-937e-8d856156d003' }),
          chunk({}, 'function_call', { usage: USAGE }),
          'data: [DONE]',
        ],
      }
    }),
  })
  const giga = by()
  const first = await ask(giga)
  expect(first.calls).toEqual([
    { output_mode: 'flat_schema', outcome: 'bad_request' },
    { output_mode: 'function', outcome: 'stop' },
  ])
  expect(first.usage).toEqual({ input_tokens: 11, output_tokens: 22 })
  // Remembered.
  expect((await ask(giga)).calls).toEqual([{ output_mode: 'function', outcome: 'stop' }])
  const asked = server.asked.filter((a) => a.path.endsWith('completions'))
  expect(asked.map((a) => formatOf(a).type)).toEqual(['json_schema', undefined, undefined])
  expect(asked[1]!.body['functions']).toMatchObject([{ name: 'script', parameters: { type: 'object' } }])
})

test('a topic that it does not speak of is a refusal', async () => {
  const { by } = await gigachat({
    answer: () => ({
      events: [chunk({ content: 'Не люблю менять тему разговора.' }), chunk({}, 'blacklist'), 'data: [DONE]'],
    }),
  })
  expect(await failure(by())).toMatchObject({ code: 'ai.refused', retryable: false })
})

describe('what it answers, by its documents', () => {
  const says = (status: number, message: string): Reply => ({ status, json: { status, message } })
  test.each<[string, Reply, object]>([
    ['no money', says(402, 'Payment Required'), { code: 'ai.quota', retryable: false }],
    ['no right to the model', says(403, 'Permission denied'), { reason: 'rejected' }],
    ['no such model', says(404, 'No such model'), { reason: 'rejected' }],
    ['a request that is too large', says(413, 'Payload too large'), { reason: 'bad_request', spent: 0 }],
    ['a message that it does not take', says(422, 'Invalid params: messages'), { reason: 'bad_request', spent: 0 }],
    ['too many requests', says(429, 'Too many requests'), { reason: 'rate_limited', retryable: true, spent: 0 }],
    ['an outage', says(500, 'Internal Server Error'), { reason: 'server_error', retryable: true, spent: 0 }],
    ['the error of a model', { events: [chunk({ content: '' }, 'error'), 'data: [DONE]'] }, { reason: 'server_error' }],
    [
      'a limit',
      { events: [chunk({ content: SCRIPT.slice(0, 99) }), chunk({}, 'length'), 'data: [DONE]'] },
      { reason: 'truncated' },
    ],
    [
      'a topic that it breaks off',
      { events: [chunk({ content: SCRIPT.slice(0, 99) }), chunk({}, 'blacklist'), 'data: [DONE]'] },
      { code: 'ai.refused' },
    ],
  ])('%s', async (_, reply, expected) => {
    const { by } = await gigachat({ answer: () => reply })
    expect(await failure(by())).toMatchObject(expected)
  })

  const called = (call: object): Reply => ({
    json: { choices: [{ message: { role: 'assistant', ...call }, finish_reason: 'function_call' }], usage: USAGE },
  })
  test.each<[string, Reply]>([
    [
      'text instead of a call',
      { json: { choices: [{ message: { content: SCRIPT }, finish_reason: 'stop' }], usage: USAGE } },
    ],
    ['arguments as text', called({ content: '', function_call: { name: 'script', arguments: SCRIPT } })],
    [
      'the name among the arguments',
      called({ content: '', function_call: { name: 'script', arguments: { script: JSON.parse(SCRIPT) as object } } }),
    ],
    [
      'thoughts before it',
      { events: [chunk({ reasoning_content: 'Подумаю.' }), ...(streamed('last chunk').events ?? [])] },
    ],
    [
      'a body that is whole',
      {
        json: {
          choices: [{ message: { content: `\`\`\`json\n${SCRIPT}\n\`\`\`` }, finish_reason: 'stop' }],
          usage: USAGE,
        },
      },
    ],
  ])('is used: %s', async (_, reply) => {
    const { by } = await gigachat({
      answer: ({ body }) => (body['response_format'] ? says(422, 'response_format: no') : reply),
    })
    expect((await ask(by())).calls.map((c) => c.outcome)).toEqual(['bad_request', 'stop'])
  })

  test('without functions it is told the schema in words', async () => {
    const { server, by } = await gigachat({
      answer: ({ body }) => {
        const name = ['response_format', 'functions'].find((n) => n in body)
        return name ? says(422, `Invalid params: ${name}`) : streamed('none')
      },
    })
    expect((await ask(by())).calls.map((c) => c.output_mode)).toEqual(['flat_schema', 'function', 'plain'])
    expect(userText(server.asked.at(-1)!)).toContain('JSON Schema')
  })

  test('it is never asked for more than it takes', async () => {
    const { server, by } = await gigachat()
    await by().ask({ ...TASK, max_output_tokens: 16_384 }, { signal: new AbortController().signal })
    expect(server.asked.at(-1)!.body['max_tokens']).toBe(8_192)
  })
})
