import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setHealth } from '../../../db/ai/health.ts'
import { ensureSchedule } from '../../../workers/schedules.ts'
import { purge } from '../../../workers/services/scenarios.ts'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let admin: Person
let person: Person
beforeAll(async () => {
  system = await startSystem()
  ;[admin, person] = await Promise.all([registerAdmin(system), system.api.register()])
  const { body } = await person.post('/ai/generate', { brief: 'A warm thermos, for a day' })
  await system.api.finished(body.id, person.token)
})
afterAll(() => system.stop())

test.each(['/admin/state', '/admin/day'])('%s is for those alone who run the installation', async (path) => {
  expect((await system.api.call('GET', path)).status).toBe(401)
  expect((await person.get(path)).status).toBe(403)
})

test('the state tells of providers, of what waits in each service, and of schedules', async () => {
  await setHealth(system.databases.ai, 'demo', false, 'quota')
  // Tests have no schedules of their own: this is the one of two that some worker has made.
  const { scheduleId, ...schedule } = purge(system.config.TASK_QUEUE_SUFFIX)
  await ensureSchedule(system.temporal, { scheduleId, ...schedule, state: { paused: true, note: 'a holiday' } })
  const { status, body } = await admin.get('/admin/state')
  expect(status).toBe(200)
  expect(body.providers).toMatchObject([{ name: 'demo', healthy: false, reason: 'quota' }])
  const services = ['auth', 'users', 'scenarios', 'ai', 'notifications']
  expect(body.services.map(({ service }: { service: string }) => service).toSorted()).toEqual(services.toSorted())
  const deaf = body.services.filter((one: { dead_letters: number | null }) => one.dead_letters === null)
  expect(deaf.map(({ service }: { service: string }) => service).toSorted()).toEqual(['ai', 'auth', 'users'])
  expect(body.schedules).toMatchObject([
    { exists: false, next_at: null },
    { id: scheduleId, exists: true, paused: true, note: 'a holiday' },
  ])
  await system.temporal.schedule.getHandle(scheduleId).delete()
})

test('a day says what was accepted and how it ended, and another day that nothing was', async () => {
  expect(await admin.get('/admin/day?date=today')).toMatchObject({ status: 422, body: { errors: [{ path: '/date' }] } })
  const { body } = await admin.get('/admin/day')
  expect(body).toMatchObject({ date: new Date().toISOString().slice(0, 10), settled_micros: 0 })
  expect(body.kinds.find(({ kind }: { kind: string }) => kind === 'generation')).toEqual({
    ...{ kind: 'generation', accepted: 1, p50_s: expect.any(Number), p95_s: expect.any(Number) },
    ended: [{ status: 'succeeded', error_code: null, count: 1 }],
  })
  expect((await admin.get('/admin/day?date=2020-02-29')).body.kinds).toEqual([])
})
