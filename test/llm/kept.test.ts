import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createChain } from '../../llm/chain.ts'
import { createOpenAiProvider } from '../../llm/openai.ts'
import { EndWanted, ProviderFailure, type CallEnd, type CallOptions, type KeptCall } from '../../llm/provider.ts'
import { ProviderList } from '../../llm/settings.ts'
import { SCRIPT_TASK } from '../support/ask-model.ts'
import { startKeepingServer, type KeepingServer } from '../support/keeping-server.ts'
import { until } from '../support/until.ts'

const LIMITS = { connect_ms: 10_000, first_token_ms: 20_000, idle_ms: 20_000, total_ms: 60_000 }

let server: KeepingServer
beforeAll(async () => {
  server = await startKeepingServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})
afterEach(() => server.reset())

const provider = (extra: object = {}, limits: Partial<typeof LIMITS> = {}) => {
  const entry = { name: 'any', base_url: server.url, model: 'm', endpoint: 'responses', background: true, ...extra }
  return createOpenAiProvider(ProviderList.parse(JSON.stringify([entry]))[0]!, { ...LIMITS, ...limits })
}

/** One execution; `kept` is what the one before it left. */
async function ask(by = provider(), options: Partial<CallOptions> = {}, kept: string[] = []) {
  const ends: CallEnd['outcome'][] = []
  let text = ''
  const record = {
    kept: async (id: string) => void kept.push(id),
    end: async (e: CallEnd) => void ends.push(e.outcome),
  }
  const result = await by
    .ask(SCRIPT_TASK, {
      signal: new AbortController().signal,
      onCall: async () => record,
      onText: (piece) => (text += piece),
      onReset: () => (text = ''),
      ...options,
    })
    .catch((error: unknown) => error as ProviderFailure)
  return { result, kept, ends, text }
}
const left = (provider: string, responseId: string) => {
  const ends: CallEnd['outcome'][] = []
  const record = { kept: async () => {}, end: async (end: CallEnd) => void ends.push(end.outcome) }
  return { ends, kept: { provider, responseId, record } satisfies KeptCall }
}
const written = (result: unknown) =>
  expect(result).toMatchObject({ value: { scenes: [expect.anything()] }, usage: { output_tokens: 480 } })

describe('an answer that its server keeps', () => {
  test('is marked with its id when the first event has come, before any text', async () => {
    server.pauseAt(1)
    const marked: string[] = []
    const asked = ask(provider(), {
      onCall: async () => ({ kept: async (id) => void marked.push(id), end: async () => {} }),
    })
    await until(() => marked.length > 0)
    expect(marked).toEqual(['resp_1'])
    server.pauseAt(Infinity)
    written((await asked).result)
  })

  test.each([
    ['once', [3]],
    ['three times', [2, 1, 2]],
    ['before anything came', [1, 0, 0]],
  ])('is read on where the connection broke, %s, and paid once', async (_, breaks) => {
    server.breakAfter(...breaks)
    const { result, ends, text } = await ask()
    written(result)
    expect(server.posted).toHaveLength(1)
    expect(server.readings).toHaveLength(breaks.length)
    expect(ends).toEqual(['stop'])
    expect(JSON.parse(text)).toMatchObject({ scenes: [expect.anything()] })
  })

  test('is read by the next execution from its beginning, and that ends the first call', async () => {
    server.pauseAt(3)
    const stopped = new AbortController()
    const marked: string[] = []
    const first = ask(provider(), { signal: stopped.signal }, marked)
    await until(() => marked.length > 0)
    stopped.abort(new Error('the process stops'))
    expect(await first).toMatchObject({ result: { message: 'the process stops' }, kept: ['resp_1'], ends: [] })
    server.pauseAt(Infinity)
    const { ends, kept } = left('any', 'resp_1')
    const { result, text } = await ask(provider(), { kept })
    written(result)
    expect(JSON.parse(text)).toMatchObject({ scenes: [expect.anything()] })
    expect(server.posted).toHaveLength(1)
    expect(server.readings).toEqual([{ id: 'resp_1', after: null }])
    expect(ends).toEqual(['stop'])
  })

  test('is waited for while the server is away: nothing is spent, and the call has no end', async () => {
    server.breakAfter(3)
    server.refuse(503, 503, 503, 503, 503)
    const { result, ends } = await ask()
    expect(result).toMatchObject({ reason: 'server_error', kept: true, spent: 0, retryable: true })
    expect(ends).toEqual([])
    const later = left('any', 'resp_1')
    written((await ask(provider(), { kept: later.kept })).result)
    expect(server.posted).toHaveLength(1)
  })

  test('that is not there any more is asked for anew', async () => {
    const { kept, ends } = left('any', 'resp_gone')
    const asked = await ask(provider(), { kept })
    written(asked.result)
    expect({ posted: server.posted.length, first: ends, second: asked.ends }).toEqual({
      posted: 1,
      first: [],
      second: ['stop'],
    })
  })

  test('is cancelled when its end is wanted, and when its time is over', async () => {
    server.pauseAt(3)
    const wanted = new AbortController()
    const marked: string[] = []
    const first = ask(provider(), { signal: wanted.signal }, marked)
    await until(() => marked.length > 0)
    wanted.abort(new EndWanted('its end is wanted'))
    expect((await first).ends).toEqual(['cancelled'])
    await until(() => server.posted[0]?.cancelled)
    const second = await ask(provider({}, { first_token_ms: 3_000, idle_ms: 3_000 }))
    expect(second).toMatchObject({ result: { reason: 'timeout' }, ends: ['timeout'] })
    await until(() => server.posted[1]?.cancelled)
  })

  test('keeps its provider: no other one is paid while it can be read, and it comes first when it is read', async () => {
    const other = await startKeepingServer()
    try {
      const chain = () => createChain([provider({ name: 'other', base_url: other.url }), provider()])
      server.pauseAt(3)
      const { kept } = left('any', 'resp_1')
      const stopped = new AbortController()
      const marked: string[] = []
      const first = ask(provider(), { signal: stopped.signal }, marked)
      await until(() => marked.length > 0)
      stopped.abort(new Error('the process stops'))
      await first
      server.refuse(503, 503, 503, 503, 503)
      expect((await ask(chain(), { kept })).result).toMatchObject({ kept: true })
      server.pauseAt(Infinity)
      written((await ask(chain(), { kept })).result)
      expect(other.posted).toHaveLength(0)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })
})

test('nothing is sent in the background unless it is said, and only where there are responses', async () => {
  const { result } = await ask(provider({ background: false }))
  // The server of this test keeps everything or refuses.
  expect(result).toBeInstanceOf(ProviderFailure)
  expect(server.posted).toHaveLength(0)
  const entry = { name: 'any', base_url: server.url, model: 'm', background: true }
  expect(() => ProviderList.parse(JSON.stringify([entry]))).toThrow(/background/)
})
