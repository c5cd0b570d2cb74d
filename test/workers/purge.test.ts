import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { purgeAll, purgesOf, purgesOfTable } from '../../db/retention/purge.ts'
import { openStream } from '../support/event-stream.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
})
afterAll(() => system.stop())

const write = async () => {
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о чайнике, который поёт.' })
  return (await system.api.finished(body.id, person.token)).id as string
}
/** As if all of it had happened so many days ago. */
const age = async (id: string, days: number) => {
  const by = sql`make_interval(days => ${days})`
  const { ai } = system.databases
  await sql`update operation_events set created_at = created_at - ${by} where operation_id = ${id}`.execute(ai)
  await sql`update operations set finished_at = finished_at - ${by} where id = ${id}`.execute(ai)
  await sql`update calls set started_at = started_at - ${by} where operation_id = ${id}`.execute(ai)
  await sql`update generations set created_at = created_at - ${by} where operation_id = ${id}`.execute(ai)
  await sql`update answers set created_at = created_at - ${by} where operation_id = ${id}`.execute(ai)
}
const purgeAi = () => purgeAll(system.databases.ai, purgesOf('ai'))
const typesOf = async (id: string) => {
  const { ai } = system.databases
  const rows = await ai.selectFrom('operation_events').select('type').where('operation_id', '=', id).execute()
  return rows.map((row) => row.type)
}

test('old events and texts of calls go; the end, the sums and what is young stay', async () => {
  const [old, young] = [await write(), await write()]
  await age(old, 8)
  await purgeAi()
  await purgeAi()
  expect(await typesOf(old)).toEqual(['succeeded'])
  expect(await typesOf(young)).toContain('delta')

  await age(old, 23)
  await purgeAi()
  const { ai } = system.databases
  const callOf = (id: string) =>
    ai.selectFrom('calls').selectAll().where('operation_id', '=', id).executeTakeFirstOrThrow()
  expect(await callOf(old)).toMatchObject({ answer: null, outcome: 'stop' })
  expect((await callOf(old)).messages).toHaveLength(0)
  expect((await callOf(young)).messages.length).toBeGreaterThan(0)
  // Nothing that a person or a model wrote is left in the database of ai, wherever it stood.
  for (const table of ['operations', 'generations', 'answers', 'calls', 'operation_events'] as const) {
    const column = table === 'operations' ? 'id' : 'operation_id'
    const { rows } = await sql<{ text: string }>`
      select t::text as text from ${sql.table(table)} t where ${sql.ref(column)} = ${old}`.execute(ai)
    for (const { text } of rows) expect(text).not.toMatch(/чайник/i)
  }
  // Who watches still learns how it ended.
  const stream = await openStream(system.api.origin, person, `/operations/${old}/events`)
  await stream.ended
  expect(stream.events.map((e) => e.event)).toEqual(['succeeded'])

  await age(old, 60)
  await purgeAi()
  expect(await person.get(`/operations/${old}`)).toMatchObject({ status: 404 })
  expect(await person.get(`/operations/${young}`)).toMatchObject({ status: 200 })
})

test('one whose texts have had their time cannot be tried again, and says so', async () => {
  const { ai } = system.databases
  const id = await write()
  await sql`update operations set status = 'failed', error_code = 'ai.quota', result = null where id = ${id}`.execute(
    ai,
  )
  expect((await person.get(`/operations/${id}`)).body).toMatchObject({ retryable: true })
  await age(id, 31)
  await purgeAi()
  expect((await person.get(`/operations/${id}`)).body).toMatchObject({ retryable: false })
  expect(await person.post(`/operations/${id}/retry`)).toMatchObject({ body: { code: 'operation.not_retryable' } })
})

test('of old versions the last of each day stays, and the named, and the current one; of young ones all', async () => {
  const { scenarios } = system.databases
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о самоваре.' })
  const { result } = await system.api.finished(body.id, person.token)
  const id = result.scenario_id as string
  const insert = (n: number, at: string, message: string | null) =>
    sql`
      insert into scenario_versions (scenario_id, n, author_id, origin, message, content, created_at)
      select scenario_id, ${n}, author_id, 'human', ${message}, content, ${at}::timestamptz
      from scenario_versions where scenario_id = ${id} and n = 1`.execute(scenarios)
  await insert(2, '2020-05-01T08:00Z', null)
  await insert(3, '2020-05-01T09:00Z', 'shown to the client')
  await insert(4, '2020-05-01T10:00Z', null)
  await insert(5, '2020-05-01T23:59Z', null)
  await insert(6, '2020-05-02T00:01Z', null)
  await sql`update scenario_versions set created_at = '2020-04-30T12:00Z' where scenario_id = ${id} and n = 1`.execute(
    scenarios,
  )
  const now = new Date().toISOString()
  for (const n of [7, 8, 9]) await insert(n, now, null)
  const purges = purgesOfTable('scenarios', 'scenario_versions')
  expect(await purgeAll(scenarios, purges)).toBeGreaterThan(0)
  expect(await purgeAll(scenarios, purges)).toBe(0)
  const left = await scenarios
    .selectFrom('scenario_versions')
    .select('n')
    .where('scenario_id', '=', id)
    .orderBy('n')
    .execute()
  expect(left.map(({ n }) => n)).toEqual([1, 3, 5, 6, 7, 8, 9])
})

test('a table that somebody has locked holds up no other purge', async () => {
  const { users } = system.databases
  const key = () =>
    sql`
      insert into idempotency_keys (caller, route, key, body_hash, answer, created_at)
      values ('anonymous', 'x', ${randomUUID()}, '', '{}', now() - interval '2 days')`.execute(users)
  const keys = async () => (await sql`select from idempotency_keys where route = 'x'`.execute(users)).rows.length
  await key()
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>()
  const { promise: release, resolve: letGo } = Promise.withResolvers<void>()
  const holder = users.transaction().execute(async (trx) => {
    await sql`lock table operations in access exclusive mode`.execute(trx)
    isLocked()
    await release
  })
  await locked
  await expect(purgeAll(users, purgesOf('users'))).rejects.toMatchObject({ code: '55P03' })
  expect(await keys()).toBe(0)
  letGo()
  await holder
})
