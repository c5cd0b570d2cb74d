import { expect, test } from '@jest/globals'
import { METRIC_NAMES, metricOf, ROLES, type Role } from '../../telemetry/catalogue.ts'
import { metricsText, readFigures, sumOf } from '../support/figures.ts'
import { PASSWORD } from '../support/http.ts'
import { until } from '../support/until.ts'
import { BRIEF, withModel } from '../support/with-model.ts'

const app = withModel({ AI_REPAIR_ROUNDS: '1', AI_CONCURRENCY: '20' })
const figures = async (role: Role = 'workers') => readFigures(await metricsText(app.system, role))
const write = async (person = app.person, order: object = {}) => {
  const { body } = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30, ...order })
  return app.system.api.finished(body.id, person.token)
}
const titles = async () => {
  const { body } = await app.person.post('/ai/generate/title', { brief: BRIEF, count: 3 })
  return app.system.api.finished(body.operation_id ?? body.id, app.person.token)
}

test.each(ROLES)(
  'a process of %s shows every metric of its role from its start, and no other of ours',
  async (role) => {
    const text = await metricsText(app.system, role)
    const shown = [...text.matchAll(/^# TYPE ((?:scenor|gen_ai)_\w+) (\w+)$/gm)].map(
      ([, name, kind]) => `${name} ${kind}`,
    )
    const of = METRIC_NAMES.filter((name) => metricOf(name).of.includes(role)).map(
      (name) => `${name} ${metricOf(name).kind}`,
    )
    // In a test both roles are one process, which counts for both; what is read belongs to one.
    const isRead = (line: string) => line.endsWith('gauge') && !line.startsWith('scenor_model_breaker_open')
    expect(shown.filter(isRead).toSorted()).toEqual(of.filter(isRead).toSorted())
    expect(of.filter((line) => !shown.includes(line))).toEqual([])
    // What an alert waits for is there before it happens: a counter that appears with its first count has not risen.
    expect(text).toMatch(
      role === 'api'
        ? /scenor_problems_total\{code="internal.error"\} 0/
        : /scenor_model_paid_twice_total\{prompt="script"\} 0/,
    )
    expect(sumOf(readFigures(text), 'scenor_reading_failures_total')).toBe(0)
  },
)

test('a name of ours says what it is: counters end with _total, times with _seconds, and each has a sentence', () => {
  for (const name of METRIC_NAMES.filter((one) => one.startsWith('scenor_'))) {
    const { kind, help } = metricOf(name)
    expect(name.endsWith('_total')).toBe(kind === 'counter')
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(help.length).toBeGreaterThan(10)
  }
})

test('what calls cost is in the metric what it is in the ledger, to the unit, whatever became of them', async () => {
  const before = sumOf(await figures(), 'scenor_model_cost_micros_total')
  const settledBefore = sumOf(await figures(), 'scenor_ledger_settled_micros')
  app.model.plan(
    {},
    { content: '{"no": "script"}' },
    { status: 500 },
    { finish: 'length' },
    { disconnect: 'after_headers' },
    { refusal: 'no' },
    { usage: null },
  )
  const ended = await Promise.all(Array.from({ length: 6 }, () => write()))
  await Promise.all([write(app.person, { target_duration_s: 600 }), titles()])
  expect(ended.some(({ status }) => status === 'succeeded')).toBe(true)

  const { settled } = await app.system.databases.ai
    .selectFrom('ledger')
    .where('phase', '=', 'settle')
    .select((eb) => eb.fn.sum<string>('amount_micros').as('settled'))
    .executeTakeFirstOrThrow()
  const now = await figures()
  expect(sumOf(now, 'scenor_model_cost_micros_total') - before).toBe(
    sumOf(now, 'scenor_ledger_settled_micros') - settledBefore,
  )
  expect(sumOf(now, 'scenor_ledger_settled_micros')).toBe(Number(settled))
  const { calls } = await app.system.databases.ai
    .selectFrom('calls')
    .select((eb) => eb.fn.countAll<string>().as('calls'))
    .executeTakeFirstOrThrow()
  expect(sumOf(now, 'scenor_model_calls_total')).toBe(Number(calls))
  expect(sumOf(now, 'scenor_model_unused_total')).toBeGreaterThan(0)
  expect(sumOf(now, 'scenor_script_checks_total', { check: 'invented_fact' })).toBeGreaterThan(0)
})

test('how generations end, and by which code, is counted by kind; open ones show with their stage', async () => {
  const before = await figures()
  app.model.plan({ refusal: 'no' })
  expect(await write()).toMatchObject({ status: 'failed', error: { code: 'ai.refused' } })
  app.model.always({ hang: true })
  const { body } = await app.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  const writing = { kind: 'script', stage: 'writing' }
  await until(async () => sumOf(await figures(), 'scenor_operations_open', writing) === 1 || undefined)
  await app.person.post(`/operations/${body.id}/cancel`)
  await app.system.api.finished(body.id, app.person.token)
  app.model.always({})
  await app.person.post(`/operations/${body.id}/retry`)
  expect(await app.system.api.finished(body.id, app.person.token)).toMatchObject({ status: 'succeeded' })
  const after = await figures()
  const rise = (name: string, labels: Record<string, string>) =>
    sumOf(after, name, labels) - sumOf(before, name, labels)
  expect(rise('scenor_operations_total', { kind: 'script', outcome: 'failed', code: 'ai.refused' })).toBe(1)
  expect(rise('scenor_operations_total', { kind: 'script', outcome: 'cancelled' })).toBe(1)
  expect(rise('scenor_operations_total', { kind: 'script', outcome: 'succeeded' })).toBe(1)
  expect(rise('scenor_operation_cancel_seconds_count', { kind: 'script' })).toBe(1)
  expect(sumOf(after, 'scenor_generation_seconds_count', { length: 'short' })).toBeGreaterThan(0)
  expect(rise('scenor_operation_retries_total', { kind: 'script' })).toBe(1)
  expect(rise('scenor_model_calls_total', { outcome: 'refused', prompt: 'script' })).toBe(1)
  expect(sumOf(after, 'scenor_operations_open', { kind: 'script' })).toBe(0)
})

test('tokens that a provider had in its cache, or a model thought, are told apart where it says so', async () => {
  const before = await figures()
  app.model.plan({
    usage: {
      ...{ prompt_tokens: 120, completion_tokens: 480, total_tokens: 600 },
      ...{ prompt_tokens_details: { cached_tokens: 100 }, completion_tokens_details: { reasoning_tokens: 40 } },
    },
  })
  await titles()
  const after = await figures()
  const rise = (type: string) =>
    sumOf(after, 'scenor_model_tokens_total', { type }) - sumOf(before, 'scenor_model_tokens_total', { type })
  expect(['input', 'output', 'cached', 'thinking'].map(rise)).toEqual([120, 480, 100, 40])
  // The same call in the words of others: what is paid for, by its type, and its time.
  const asOthers = (name: string, labels: Record<string, string> = {}) =>
    sumOf(after, name, labels) - sumOf(before, name, labels)
  const usage = (type: string) => asOthers('gen_ai_client_token_usage_sum', { gen_ai_token_type: type })
  expect(['input', 'output'].map(usage)).toEqual([120, 480])
  for (const name of ['operation_duration', 'operation_time_to_first_chunk'])
    expect(asOthers(`gen_ai_client_${name}_seconds_count`, { gen_ai_operation_name: 'chat' })).toBe(1)
})

test('while nobody waits, no query is said to wait for a connection: readings do not count themselves', async () => {
  await until(async () => sumOf(await figures(), 'scenor_db_pool_waiting') === 0, 40_000)
})

test('refusals, sign-ins and streams are counted by their closed words', async () => {
  const before = await figures('api')
  const { api } = app.system
  const { email } = app.person
  await api.call('POST', '/auth/login', { body: { email, password: 'wrong' } })
  await api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
  await api.call('GET', '/auth/me')
  const after = await figures('api')
  const rise = (name: string, labels: Record<string, string>) =>
    sumOf(after, name, labels) - sumOf(before, name, labels)
  expect(rise('scenor_security_events_total', { kind: 'login_failed' })).toBe(1)
  expect(rise('scenor_security_events_total', { kind: 'login' })).toBe(1)
  expect(rise('scenor_problems_total', { code: 'auth.invalid_credentials' })).toBe(1)
  expect(rise('scenor_http_requests_total', { route: '/auth/me', method: 'GET', code: '401' })).toBe(1)
})

/** What a request moves; the rest of the system goes on meanwhile. */
const OF_REQUESTS = /^scenor_(http|problems|throttled|security|streams|cache|exports)_/

test('nothing that a client may choose makes a series of its own, and no series names anybody', async () => {
  const ask = async (n: number) => {
    const path = `/api/v1/${['scenarios', 'operations', 'users', 'nothing'][n % 4]}/${crypto.randomUUID()}?q=${n}`
    const method = ['GET', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH'][n % 5]!
    const headers = {
      authorization: `Bearer ${app.person.token}`,
      'user-agent': `agent-${n}`,
      'x-request-id': `canary-${n}`,
    }
    await (await fetch(`${app.system.api.origin}${path}`, { method, headers })).arrayBuffer()
  }
  const round = async () => {
    for (let n = 0; n < 60; n++) await ask(n)
    return (await figures('api')).filter(({ name }) => OF_REQUESTS.test(name)).length
  }
  const series = await round()
  expect(await round()).toBe(series)
  const text = (await metricsText(app.system, 'api')) + (await metricsText(app.system, 'workers'))
  const telling = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}|example.test|canary|agent-|термос/i
  expect(text.split('\n').filter((line) => telling.test(line))).toEqual([])
  // A test's whole system; each installation has a few providers and models on top.
  expect(readFigures(text).length).toBeLessThan(4_000)
})

test('a server of a model that names itself anew each time makes no series', async () => {
  const of = async () => (await figures()).filter(({ name }) => name === 'scenor_model_calls_total').length
  await write()
  const before = await of()
  for (let n = 0; n < 3; n++) {
    app.model.always({ model: `model-${n}` })
    await write()
  }
  expect(await of()).toBe(before)
})

test('a reading that fails is left out and counted, and the others stay', async () => {
  const { databases } = app.system
  await databases.notifications.schema.alterTable('deliveries').renameTo('deliveries_away').execute()
  try {
    const now = await figures()
    expect(sumOf(now, 'scenor_reading_failures_total', { metric: 'scenor_deliveries_waiting' })).toBeGreaterThan(0)
    expect(now.filter(({ name }) => name === 'scenor_deliveries_waiting')).toEqual([])
    expect(now.filter(({ name }) => name === 'scenor_outbox_waiting')).toHaveLength(5)
  } finally {
    await databases.notifications.schema.alterTable('deliveries_away').renameTo('deliveries').execute()
  }
})
