import { beforeAll, expect, test } from '@jest/globals'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { BRIEF, withModel } from '../../support/with-model.ts'

const started = withModel()
const WHY = { reason: 'A complaint of today, ticket 17' }
let admin: Person
let call: string
beforeAll(async () => {
  const { system, person, model } = started
  admin = await registerAdmin(system)
  model.always({})
  const { id } = (await person.post('/ai/generate', { brief: BRIEF })).body
  await system.api.finished(id, person.token)
  const { calls } = (await admin.get(`/admin/operations/${id}`)).body
  call = `/admin/operations/${id}/calls/${calls[0].id}`
})

const reasons = () =>
  started.system.databases.auth
    .selectFrom('security_events')
    .select(['done_by', 'reason'])
    .where('kind', '=', 'call_repeated_by_admin')
    .where('account_id', '=', started.person.id)
    .execute()

test('is for those alone who run the installation, for a call that there is', async () => {
  for (const [method, path] of [
    ['GET', 'offers'],
    ['POST', 'repeat'],
  ] as const) {
    const ask = (at: string, token?: string) =>
      started.system.api.call(method, `${at}/${path}`, {
        token,
        ...(method === 'POST' && { body: { ...WHY, provider: 'demo' } }),
      })
    expect(await ask(call)).toMatchObject({ status: 401 })
    expect(await ask(call, started.person.token)).toMatchObject({ status: 403 })
    const none = `${call.slice(0, -36)}00000000-0000-4000-8000-000000000000`
    expect(await ask(none, admin.token)).toMatchObject({ status: 404, body: { code: 'operation.not_found' } })
  }
})

test('says before who could be asked and what it would cost at most, and holds a cap', async () => {
  const { items, currency } = (await admin.get(`${call}/offers`)).body
  expect([currency, items]).toEqual([
    'USD',
    [
      { provider: 'openai', model: 'gpt-4.1-mini', priced: true, cost_micros_high: expect.any(Number) },
      { provider: 'demo', model: 'demo', priced: true, cost_micros_high: 0 },
    ],
  ])
  const cap_micros = items[0].cost_micros_high - 1
  expect(cap_micros).toBeGreaterThan(0)
  expect(await admin.post(`${call}/repeat`, { ...WHY, provider: 'openai', cap_micros })).toMatchObject({
    ...{ status: 402, body: { code: 'ai.cap_exceeded' } },
  })
  expect(await admin.post(`${call}/repeat`, { ...WHY, provider: 'nobody' })).toMatchObject({
    ...{ status: 422, body: { errors: [{ path: '/provider' }] } },
  })
  expect(await reasons()).toEqual([])
})

test('asks once and compares, for a reason that is kept; the record stays as it is', async () => {
  const asked = started.model.requests.length
  const again = await admin.post(`${call}/repeat`, { ...WHY, provider: 'openai' })
  expect(again).toMatchObject({ status: 200, body: { provider: 'openai', error_code: null, differences: [] } })
  expect(again.body.cost_micros).toBeGreaterThan(0)
  expect(started.model.requests.length).toBe(asked + 1)
  const demo = (await admin.post(`${call}/repeat`, { ...WHY, provider: 'demo' })).body
  expect(demo).toMatchObject({ model: 'demo', cost_micros: 0, error_code: null })
  expect(demo.differences.length).toBeGreaterThan(0)
  started.model.always({ status: 401 })
  expect((await admin.post(`${call}/repeat`, { ...WHY, provider: 'openai' })).body).toMatchObject({
    ...{ error_code: 'ai.provider_rejected', answer: null, differences: null },
  })
  expect(await reasons()).toEqual(Array.from({ length: 3 }, () => ({ done_by: admin.id, reason: WHY.reason })))
  const run = (await admin.get(call.split('/calls')[0]!)).body
  expect([run.calls.length, run.operation.status]).toEqual([1, 'succeeded'])
})
