import { beforeAll, expect, test } from '@jest/globals'
import { createBulkActivities } from '../../../activities/ai/bulk.ts'
import { BULK_STEP } from '../../../contracts/bulk.ts'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { until } from '../../support/until.ts'
import { BRIEF, withModel } from '../../support/with-model.ts'

// More than one step of it.
const COUNT = BULK_STEP + 2
const started = withModel({ AI_GIVE_UP_S: '60' })
const WHY = { reason: 'The key was wrong for an hour' }
let admin: Person
let failed: string[]
const bulk = (body: object, headers = {}) => admin.post('/admin/bulks', { ...WHY, ...body }, { headers })
const ended = (id: string) => started.system.api.finished(id, admin.token)

beforeAll(async () => {
  admin = await registerAdmin(started.system)
  started.model.always({ status: 401 })
  failed = []
  for (let i = 0; i < COUNT; i += 1)
    failed.push((await started.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 5 })).body.id)
  await Promise.all(failed.map((id) => started.system.api.finished(id, started.person.token)))
})

test('is for those alone who run the installation, with a reason, for something that there is', async () => {
  const ask = (token?: string) =>
    started.system.api.call('POST', '/admin/bulks', { token, body: { ...WHY, action: 'retry' } })
  expect(await ask()).toMatchObject({ status: 401 })
  expect(await ask(started.person.token)).toMatchObject({ status: 403, body: { code: 'access.denied' } })
  expect(await bulk({ action: 'retry', reason: 'why' })).toMatchObject({ body: { errors: [{ path: '/reason' }] } })
  expect(await bulk({ action: 'erase' })).toMatchObject({ status: 422, body: { errors: [{ path: '/action' }] } })
  for (const choice of [{ code: 'ai.quota' }, { kind: 'erasure' }])
    expect(await bulk({ action: 'retry', ...choice })).toMatchObject({
      ...{ status: 409, body: { code: 'operation.none_fits' } },
    })
})

test('all that failed are tried again once, whatever dies on the way; one that moved meanwhile is left', async () => {
  const { system, person } = started
  await system.stopWorkers('ai')
  const key = { 'Idempotency-Key': 'all-of-them-again' }
  const order = { action: 'retry', code: 'ai.provider_rejected', status: 'failed' }
  const { status, body } = await bulk(order, key)
  expect([status, body.kind, body.cancellable]).toEqual([202, 'bulk', true])
  expect((await bulk(order, key)).body.id).toBe(body.id)
  // Two more than those that it froze are none of its business; its person's own retry of one comes first.
  expect(await person.post(`/operations/${failed[0]}/retry`)).toMatchObject({ status: 202 })
  await system.startWorkers('ai')
  await until(async () => (await admin.get(`/operations/${body.id}`)).body.result?.done > 0)
  await system.stopWorkers('ai')
  await system.startWorkers('ai')
  expect(await ended(body.id)).toMatchObject({
    ...{ status: 'succeeded', progress: 1, result: { total: COUNT, done: COUNT, failed: 0 } },
  })
  const ends = await Promise.all(failed.map((id) => system.api.finished(id, person.token)))
  expect(ends.map((one) => [one.status, one.attempt])).toEqual(failed.map(() => ['succeeded', 2]))
  expect((await admin.get(`/admin/operations/${failed[1]}`)).body.retried_because).toBe(WHY.reason)
})

test('a step whose worker died before it could answer is run again and counts the same', async () => {
  const { system, person, model } = started
  model.always({ status: 401 })
  const { id } = (await person.post('/ai/generate', { brief: BRIEF })).body
  await system.api.finished(id, person.token)
  await system.stopWorkers('ai')
  const { bulkStep } = createBulkActivities({ db: system.databases.ai, client: system.temporal, budgetMicros: 0 })
  const counts = { total: 2, done: 0, failed: 0 }
  const items = [id, failed[0]!].map((one) => ({ id: one, attempt: 1 }))
  // The second one succeeded in its second attempt: somebody did try it again.
  const step = { operation_id: 'bulk-none', action: 'retry', ...WHY, items, counts } as const
  const both = [await bulkStep(step), await bulkStep(step)]
  expect(both).toEqual([1, 2].map(() => ({ total: 2, done: 2, failed: 0 })))
  const late = await bulkStep({ ...step, items: items.map((one) => ({ ...one, attempt: 7 })) })
  expect(late).toEqual({ total: 2, done: 0, failed: 2 })
  model.always({})
  await system.startWorkers('ai')
  expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'succeeded', attempt: 2 })
})

test('all that run are stopped, and it can be stopped itself: what is done stays done', async () => {
  const { system, model } = started
  const person = await system.api.register()
  model.always({ hang: true })
  const running = []
  for (let i = 0; i < 3; i += 1) running.push((await person.post('/ai/generate', { brief: BRIEF })).body.id)
  await until(async () => (await person.get('/operations?status=running')).body.items.length > 0)
  await system.stopWorkers('ai')
  const stopped = (await bulk({ action: 'cancel', status: 'open', owner: person.id })).body
  expect(await admin.post(`/operations/${stopped.id}/cancel`)).toMatchObject({ status: 202 })
  await system.startWorkers('ai')
  expect((await ended(stopped.id)).status).toBe('cancelled')
  const again = (await bulk({ action: 'cancel', status: 'open', owner: person.id })).body
  const { result, status } = await ended(again.id)
  expect([status, result.done + result.failed]).toEqual(['succeeded', result.total])
  for (const id of running) expect((await system.api.finished(id, person.token)).status).toBe('cancelled')
})
