import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { freePort } from '../../local/processes/ports.ts'
import { createOpenAiProvider } from '../../llm/openai.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { providerMemory } from '../../workers/provider-learned.ts'
import { askModel, SCRIPT_TASK } from '../support/ask-model.ts'
import type { Person } from '../support/http.ts'
import { FAILED_ONCE, GOOD, REFUSED, REJECTED as WRONG, scriptIn, STREAM } from '../support/model-behaviours.ts'
import { startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

/** What providers do wrong, and what becomes of a generation then: status, code, calls, scripts, money. */
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

const ENGLISH = JSON.stringify(scriptIn('This bottle keeps your tea hot for a whole day. '))
const error = (code: string | number) => ({ json: { error: { message: 'no', type: code, code } } })
const sse = (...events: object[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
const piece = (content: string, finish_reason: string | null = null) => ({
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason }],
})

interface Expected {
  /** Absent: it succeeds. */
  readonly code?: string
  /** Requests that reached the provider; absent: two or more. */
  readonly calls?: number
  /** How the calls ended, as they are written down, in order; the first ones. */
  readonly outcomes?: readonly string[]
  /** Nothing is charged: the provider refused before it wrote a word. */
  readonly free?: true
  readonly served?: string
  readonly estimated?: true
  /** A check of the stored script that is not passed. */
  readonly warning?: string
}
/** Succeeds with the second call. */
const SECOND = { calls: 2 }
const UNUSABLE = { code: 'ai.output_invalid', calls: 3 }
const REJECTED = { code: 'ai.provider_rejected', calls: 1, free: true, outcomes: ['rejected'] } as const
const QUOTA = { code: 'ai.quota', calls: 1, free: true, outcomes: ['quota'] } as const

/** A behaviour alone is repeated for every call; in a list, one for each call, and then the server behaves. */
type Row = [string, Behaviour | readonly Behaviour[], Expected]

const rows = (all: Readonly<Record<string, Behaviour>>, expected: Expected): Row[] =>
  Object.entries(all).map(([name, behaviour]) => [name, behaviour, expected])

const ROWS: Row[] = [
  ['500, then better', [{ status: 500 }], { ...SECOND, outcomes: ['server_error', 'stop'] }],
  [
    '502 with a page of HTML, then better',
    [{ status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' }],
    SECOND,
  ],
  ['503 with Retry-After in seconds, then better', [{ status: 503, headers: { 'retry-after': '1' } }], SECOND],
  ['503 for good', { status: 503 }, { code: 'ai.provider_unavailable', free: true }],
  ['529 overloaded, then better', [{ status: 529, ...error('overloaded_error') }], SECOND],
  ['408, then better', [{ status: 408 }], SECOND],
  ['409, then better', [{ status: 409 }], SECOND],
  [
    '429 by rate without a header, then better',
    [{ status: 429, ...error('rate_limit_exceeded') }],
    { ...SECOND, outcomes: ['rate_limited', 'stop'] },
  ],
  [
    '429 by rate with Retry-After, then better',
    [{ status: 429, headers: { 'retry-after': '1' }, ...error('slow_down') }],
    SECOND,
  ],
  [
    '429 that asks for a day, for good: patience ends first',
    { status: 429, headers: { 'retry-after': '86400' } },
    { code: 'ai.provider_unavailable', calls: 2, free: true },
  ],
  ...[
    'insufficient_quota',
    'credit_balance_exhausted',
    'organization_spend_limit_exceeded',
    'project_spend_limit_exceeded',
    'billing_hard_limit_reached',
  ].map((code): Row => [`429 ${code}`, { status: 429, headers: { 'retry-after': '1' }, ...error(code) }, QUOTA]),
  ['402', { status: 402 }, QUOTA],
  ['402 inside an answer of 200', { ...error(402) }, QUOTA],
  ['401', { status: 401, ...error('invalid_api_key') }, REJECTED],
  ['403', { status: 403 }, REJECTED],
  ['404: no such model', { status: 404, ...error('model_not_found') }, REJECTED],
  ['a redirect, which is not followed', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, REJECTED],
  ['a refusal', { refusal: 'I cannot help with that.' }, { code: 'ai.refused', calls: 1, outcomes: ['refused'] }],
  [
    'a content filter after some text',
    { finish: 'content_filter', content: '{"title":"Т' },
    { code: 'ai.refused', calls: 1, outcomes: ['refused'] },
  ],
  [
    '400 by a content filter',
    { status: 400, ...error('content_filter') },
    { code: 'ai.refused', calls: 1, outcomes: ['refused'] },
  ],
  [
    'truncation each time',
    { finish: 'length', content: '{"title":"Т' },
    { code: 'ai.output_invalid', calls: 2, outcomes: ['truncated', 'truncated'] },
  ],
  ['truncation once', [{ finish: 'length', content: '{"title":"Т' }], SECOND],
  ['no choices', { choices: [] }, { ...UNUSABLE, free: true, outcomes: ['empty', 'empty', 'empty'] }],
  ['empty content', { content: '' }, { ...UNUSABLE, outcomes: ['empty', 'empty', 'empty'] }],
  ['null content', { content: null }, { ...UNUSABLE, outcomes: ['empty', 'empty', 'empty'] }],
  ['prose', { content: 'Sure! Here is an idea for your video.' }, { ...UNUSABLE, outcomes: ['malformed'] }],
  ['nothing but thoughts', { content: '<think>{"title":"?"}</think>' }, { ...UNUSABLE, outcomes: ['empty'] }],
  ['thoughts before the JSON', [{ content: `<think>{"title":"?"}</think>\n${GOOD}` }], { calls: 1 }],
  ['a code fence', [{ content: `\`\`\`json\n${GOOD}\n\`\`\`` }], { calls: 1 }],
  ['words around the JSON', [{ content: `Here you are:\n${GOOD}\nEnjoy!` }], { calls: 1 }],
  ['JSON of another shape', { content: '{"title":5}' }, { ...UNUSABLE, outcomes: ['invalid', 'invalid', 'invalid'] }],
  ['a script without scenes', { content: GOOD.replace(/"scenes":.*/, '"scenes":[]}') }, UNUSABLE],
  ['JSON of another shape once', [{ content: '{"title":5}' }], { ...SECOND, outcomes: ['invalid', 'stop'] }],
  ['another language than asked for', [{ content: ENGLISH }], { calls: 1, warning: 'language' }],
  ['the end of the connection before the headers', [{ disconnect: 'before_headers' }], SECOND],
  ['the end of the connection in the middle', [{ disconnect: 'after_headers' }], SECOND],
  [
    'a stream that ends well in the middle of the answer',
    [{ headers: STREAM, body: sse(piece(GOOD.slice(0, 200))) }],
    { ...SECOND, outcomes: ['connection', 'stop'] },
  ],
  [
    'an error in the middle of a stream',
    [{ headers: STREAM, body: sse(piece('{'), { error: { code: 429, message: 'slow down' } }) }],
    { ...SECOND, outcomes: ['rate_limited', 'stop'] },
  ],
  [
    'an error of the server behind, in a choice',
    [{ headers: STREAM, body: sse({ choices: [{ error: { code: 502, message: 'gone' } }] }) }],
    { ...SECOND, outcomes: ['server_error', 'stop'] },
  ],
  [
    'a stream that is no JSON',
    { headers: STREAM, body: 'data: oops\n\n' },
    { ...UNUSABLE, free: true, outcomes: ['malformed'] },
  ],
  ['a pause longer than the idle limit', [{ dripMs: 4_000 }], { ...SECOND, outcomes: ['timeout', 'stop'] }],
  ['no first piece, for good', { hang: true }, { code: 'ai.timeout', outcomes: ['timeout'] }],
  ['no first piece once', [{ hang: true }], { ...SECOND, outcomes: ['timeout', 'stop'] }],
  [
    'a whole completion called plain text',
    [
      {
        headers: { 'content-type': 'text/plain' },
        json: { model: 'm', choices: [{ finish_reason: 'stop', message: { content: GOOD } }] },
      },
    ],
    { calls: 1, estimated: true },
  ],
  ['a stream called JSON', [{ headers: { 'content-type': 'application/json' }, content: GOOD }], { calls: 1 }],
  [
    'a stream without its last line',
    [{ headers: STREAM, body: sse(piece(GOOD, 'stop')) }],
    { calls: 1, estimated: true },
  ],
  ['another model than asked for', [{ model: 'cheap-model-8b' }], { calls: 1, served: 'cheap-model-8b' }],
  ['no usage', [{ usage: null }], { calls: 1, estimated: true }],
  [
    'usage that is nonsense',
    [{ usage: { prompt_tokens: -4, completion_tokens: 'many' } }],
    { calls: 1, estimated: true },
  ],
  [
    'zeros for usage',
    [{ usage: { prompt_tokens: 0, completion_tokens: 0 }, content: GOOD }],
    { calls: 1, estimated: true },
  ],
  ...rows(REFUSED, { code: 'ai.refused', calls: 1, outcomes: ['refused'] }),
  ...rows(WRONG, REJECTED),
  ...Object.entries(FAILED_ONCE).map(([name, b]): Row => [name, [b], SECOND]),
]

/** Rows that another order at the same time would spoil: what one learns of the server, how much it sends. */
const ALONE: Row[] = [
  [
    '400 without a reason: one other way is tried',
    { status: 400, ...error('invalid_request_error') },
    { code: 'ai.provider_rejected', calls: 2, free: true, outcomes: ['bad_request', 'bad_request'] },
  ],
  [
    'an answer larger than memory should hold',
    { events: Array<object>(270).fill(piece('x'.repeat(64 * 1024))) },
    { ...UNUSABLE, outcomes: ['malformed', 'malformed', 'malformed'] },
  ],
]

/** Orders at work at a time: most of the time each of them waits. */
const AT_ONCE = 10

let model: ModelServer
let system: System
let person: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      // Longer than three calls take on a busy machine; outages of this length are waited out beside everything else.
      AI_GIVE_UP_S: '25',
      AI_TIMEOUT_MS: '15000',
      AI_FIRST_TOKEN_MS: '2500',
      AI_IDLE_MS: '2500',
    },
  })
  person = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const run = async (by: System, who: Person, order = '') => {
  const reply = await who.post('/ai/generate', { brief: `${BRIEF} ${order}`, target_duration_s: 30 })
  expect(reply.status).toBe(202)
  const id = reply.body.id as string
  const done = await by.api.finished(id, who.token)
  const { ai, scenarios } = by.databases
  const [calls, ledger, versions] = await Promise.all([
    ai.selectFrom('calls').selectAll().where('operation_id', '=', id).orderBy('started_at').orderBy('id').execute(),
    ai.selectFrom('ledger').select(['phase', 'amount_micros']).where('operation_id', '=', id).execute(),
    scenarios.selectFrom('scenario_versions').select('n').where('operation_id', '=', id).execute(),
  ])
  return {
    done,
    calls,
    versions,
    settled: ledger.filter((l) => l.phase === 'settle').map((l) => Number(l.amount_micros)),
  }
}

/** The place of each row is told to the server by the brief. */
const orderOf = (place: number) => `Заказ ${place}.`
/** Answers every order by its row, in order. */
function behaveBy(all: readonly Row[]): void {
  const left = all.map(([, behaviour]) => (Array.isArray(behaviour) ? [...(behaviour as Behaviour[])] : behaviour))
  model.always(({ raw }) => {
    const row = left[Number(/Заказ (\d+)\./.exec(raw)?.[1])]
    if (!row) throw new Error('an order of no row')
    return Array.isArray(row) ? (row.shift() ?? { content: GOOD }) : (row as Behaviour)
  })
}

async function expectRow(place: number, expected: Expected, ended: Awaited<ReturnType<typeof run>>): Promise<void> {
  const { done, calls, versions, settled } = ended
  const fails = expected.code !== undefined
  expect({ status: done.status, code: done.error?.code }).toEqual({
    status: fails ? 'failed' : 'succeeded',
    code: expected.code,
  })
  expect(versions).toHaveLength(fails ? 0 : 1)
  const requests = model.requests.filter(({ raw }) => raw.includes(orderOf(place)))
  if (expected.calls === undefined) expect(requests.length).toBeGreaterThan(1)
  else expect(requests).toHaveLength(expected.calls)
  expect(calls).toHaveLength(requests.length)
  const { outcomes = [] } = expected
  expect(calls.slice(0, outcomes.length).map((c) => c.outcome)).toEqual(outcomes)
  const cost = calls.reduce((sum, call) => sum + Number(call.cost_micros), 0)
  expect(settled).toEqual([cost])
  expect(cost === 0).toBe(expected.free === true)
  if (expected.served) expect(calls.at(-1)?.model_served).toBe(expected.served)
  if (expected.estimated) expect(calls.at(-1)).toMatchObject({ usage_estimated: true })
  if (expected.warning) {
    const { body } = await person.get(`/scenarios/${done.result.scenario_id}`)
    expect(body.checks.filter((c: { pass: boolean }) => !c.pass).map((c: { check: string }) => c.check)).toContain(
      expected.warning,
    )
  }
}

describe('a provider that answers one order alone with', () => {
  beforeEach(() => model.reset())
  afterEach(() => expect(model.surprises).toEqual([]))

  // The first one: what it refuses is remembered.
  test('400 about the schema is asked again in the next output mode, and only once in all', async () => {
    const refusal = {
      status: 400,
      json: { error: { message: 'strict is not supported', param: 'response_format', code: 'invalid_request_error' } },
    }
    model.plan(refusal)
    model.always({ content: GOOD })
    const first = await run(system, person)
    expect(first.done.status).toBe('succeeded')
    expect(first.calls.map((c) => [c.rung, c.outcome, c.cost_micros === '0'])).toEqual([
      ['strict', 'bad_request', true],
      ['schema', 'stop', false],
    ])
    const second = await run(system, person)
    expect(second.calls.map((c) => c.rung)).toEqual(['schema'])
    expect(model.requests).toHaveLength(3)
    // Another worker process asks so from its first order on.
    const memory = providerMemory({ db: system.databases.ai, logger: createLogger({ LOG_LEVEL: 'fatal' }, 'test') })
    const limits = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 9_000 }
    const fresh = createOpenAiProvider(system.config.providers[0]!, limits, { memory })
    const { ended } = await askModel(SCRIPT_TASK, fresh)
    expect(ended.map(({ output_mode, outcome }) => [output_mode, outcome])).toEqual([['schema', 'stop']])
    expect([first, second].map((r) => r.versions.length)).toEqual([1, 1])
  })

  test.each(ALONE.map((row, place) => [row[0], place, row] as const))('%s', async (_, place, [, , expected]) => {
    behaveBy(ALONE)
    await expectRow(place, expected, await run(system, person, orderOf(place)))
  })
})

describe('a provider that answers with', () => {
  const ended = ROWS.map(() => Promise.withResolvers<Awaited<ReturnType<typeof run>>>())
  beforeAll(() => {
    model.reset()
    behaveBy(ROWS)
    // Outages that are waited out go first: everything else is done meanwhile.
    const places = ROWS.map((_, place) => place)
    const left = [true, false].flatMap((long) =>
      places.filter((place) => (ROWS[place]![2].calls === undefined) === long),
    )
    const work = async (): Promise<void> => {
      for (let place = left.shift(); place !== undefined; place = left.shift()) {
        ended[place]!.promise.catch(() => {})
        await run(system, person, orderOf(place)).then(ended[place]!.resolve, ended[place]!.reject)
      }
    }
    for (let i = 0; i < AT_ONCE; i++) void work()
  })
  afterAll(() => expect(model.surprises).toEqual([]))

  test.each(ROWS.map((row, place) => [row[0], place, row] as const))('%s', async (_, place, [, , expected]) => {
    await expectRow(place, expected, await ended[place]!.promise)
  })
})

test('a host that takes the connection and never greets, and a port that nobody listens on: both are asked, nobody is charged', async () => {
  const silent = net.createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const ports = [(silent.address() as AddressInfo).port, await freePort()]
  const away = await startSystem({
    env: {
      AI_PROVIDERS: JSON.stringify([
        { name: 'silent', base_url: `https://127.0.0.1:${ports[0]}/v1`, model: 'gpt-4.1-mini', api_key: 'k' },
        { name: 'closed', base_url: `http://127.0.0.1:${ports[1]}/v1`, model: 'gpt-4.1-mini', api_key: 'k' },
      ]),
      AI_CONNECT_MS: '300',
      AI_GIVE_UP_S: '1',
    },
  })
  try {
    const { done, calls, versions, settled } = await run(away, await away.api.register())
    expect(done).toMatchObject({ status: 'failed', error: { code: 'ai.provider_unavailable' } })
    expect(calls.slice(0, 2).map((c) => [c.provider, c.outcome, c.note])).toEqual([
      ['silent', 'connection', 'connection: no connection, ETIMEDOUT'],
      ['closed', 'connection', expect.stringMatching(/^connection: no connection/)],
    ])
    expect(versions).toEqual([])
    expect(settled).toEqual([0])
  } finally {
    await away.stop()
    silent.close()
  }
})
