import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { holdTable } from '../support/held-table.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
let scenarioId: string
let operationId: string
beforeAll(async () => {
  system = await startSystem({ env: { DATABASE_POOL: '2' } })
  person = await system.api.register()
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о термосе, который держит чай горячим.' })
  operationId = body.id
  scenarioId = (await system.api.finished(operationId, person.token)).result.scenario_id
})
afterAll(() => system.stop())

/** It waits for no connection (503) and no table (503 too). */
const answers = async (path: string) => {
  const reply = await person.get(path)
  expect({ path, status: reply.status }).toEqual({ path, status: 200 })
  return reply
}

test('orders that wait for a locked table of scenarios hold up nothing of ai', async () => {
  await using table = await holdTable(system.databases.urls.scenarios, 'scenarios')
  const order = (n: number) =>
    person.post(
      '/ai/generate',
      { brief: 'Ролик о термосе, но короче и с ценой.', scenario_id: scenarioId },
      { headers: { 'idempotency-key': `k${n}` } },
    )
  // As many as there are connections of each pool.
  const orders = [order(1), order(2)]
  await table.someoneWaits()
  for (const path of [`/operations/${operationId}`, '/ai/usage', '/notifications']) await answers(path)
  await table.release()
  for (const reply of await Promise.all(orders)) expect(reply).toMatchObject({ status: 202 })
  expect((await order(1)).headers.get('idempotent-replayed')).toBe('true')
})

test('while profiles are locked, what others keep is read, in the language of those who have chosen none', async () => {
  await using table = await holdTable(system.databases.urls.users, 'profiles')
  for (const path of [`/scenarios/${scenarioId}`, '/scenarios', `/operations/${operationId}`, '/notifications'])
    await answers(path)
  await table.release()
})
