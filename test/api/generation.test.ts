import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

test('a brief becomes a stored script of its author', async () => {
  const person = await system.api.register()
  const accepted = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(accepted).toMatchObject({ status: 202, body: { kind: 'generation', status: 'queued', attempt: 1 } })
  const done = await system.api.finished(accepted.body.id, person.token)
  expect(done).toMatchObject({ status: 'succeeded', progress: 1, error: null, result: { version: 1 } })
  const scenario = await person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario).toMatchObject({
    status: 200,
    body: { owner_id: person.id, is_demo: true, source: 'ai', language: 'ru', my_role: 'owner', version: 1 },
  })
})
