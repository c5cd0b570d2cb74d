import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { removeExpired } from '../../db/ai/care.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => (system = await startSystem()))
afterAll(() => system.stop())

test('old events and texts of calls go; the end, the sums and what is young stay', async () => {
  const { ai } = system.databases
  const person = await system.api.register()
  const write = async () => {
    const { body } = await person.post('/ai/generate', { brief: 'Ролик о чайнике, который поёт.' })
    return (await system.api.finished(body.id, person.token)).id as string
  }
  const [old, young] = [await write(), await write()]
  await sql`update operation_events set created_at = created_at - interval '8 days' where operation_id = ${old}`.execute(
    ai,
  )
  await sql`update operations set finished_at = finished_at - interval '8 days' where id = ${old}`.execute(ai)
  await sql`update calls set started_at = started_at - interval '31 days' where operation_id = ${old}`.execute(ai)
  await removeExpired(ai, { events: 7, texts: 30 })
  await removeExpired(ai, { events: 7, texts: 30 })

  const typesOf = async (id: string) => {
    const rows = await ai.selectFrom('operation_events').select('type').where('operation_id', '=', id).execute()
    return rows.map((row) => row.type)
  }
  expect(await typesOf(old)).toEqual(['succeeded'])
  expect(await typesOf(young)).toContain('delta')
  const callOf = (id: string) =>
    ai.selectFrom('calls').selectAll().where('operation_id', '=', id).executeTakeFirstOrThrow()
  expect(await callOf(old)).toMatchObject({ answer: null, outcome: 'stop' })
  expect((await callOf(old)).messages).toHaveLength(0)
  expect((await callOf(young)).messages.length).toBeGreaterThan(0)
})
