import { afterEach, expect, test } from '@jest/globals'
import {
  ask,
  chunk,
  closeImitations,
  failure,
  formatOf,
  halves,
  imitate,
  provider,
  SCRIPT,
  streamed,
  taking,
  TASK,
  type Imitation,
  type Reply,
} from '../../support/provider-imitation.ts'

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

test('without schemas it is asked by a tool, whose arguments are the answer; json_object is never tried', async () => {
  const { server, by } = await gigachat({
    answer: taking(
      ['model', 'messages', 'stream', 'response_format', 'max_tokens', 'tools', 'tool_choice'],
      ({ body }) => {
        if (body['response_format']) return { status: 422, json: { status: 422, message: 'response_format: no' } }
        const call = (args: string) => ({ tool_calls: [{ index: 0, function: { name: 'script', arguments: args } }] })
        return { events: [...halves(SCRIPT).map((half) => chunk(call(half))), chunk({}, 'tool_calls'), 'data: [DONE]'] }
      },
    ),
  })
  const giga = by()
  const first = await ask(giga)
  expect(first.calls).toEqual([
    { rung: 'schema', outcome: 'rejected' },
    { rung: 'tool', outcome: 'stop' },
  ])
  expect(first.usage).toEqual({ input_tokens: null, output_tokens: null })
  // Remembered.
  expect((await ask(giga)).calls).toEqual([{ rung: 'tool', outcome: 'stop' }])
  const asked = server.asked.filter((a) => a.path.endsWith('completions'))
  expect(asked.map((a) => formatOf(a).type)).toEqual(['json_schema', undefined, undefined])
})
