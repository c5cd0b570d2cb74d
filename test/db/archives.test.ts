import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import {
  archiveServices,
  completeArchivePart,
  keepArchivePiece,
  openArchive,
  type FinishedArchive,
} from '../../db/auth/archives.ts'
import { NOTIFICATIONS_PERSONAL_DATA } from '../../db/notifications/personal-data.ts'
import { collectPersonalData } from '../../db/personal-data.ts'
import { SCENARIOS_PERSONAL_DATA } from '../../db/scenarios/personal-data.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { fillTables, ONE_OF_MANY } from '../support/large-tables.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())

test('what there is of a person is read in pages of about the size that is asked for, all of it and nothing else', async () => {
  const { notifications, scenarios } = databases
  await fillTables(notifications, 'notifications', 3_000, 'notifications')
  for (const table of ['scenarios', 'scenario_versions']) await fillTables(scenarios, 'scenarios', 2_000, table)
  const person = ONE_OF_MANY
  const other = ONE_OF_MANY.replace(/7$/, '8')
  await sql`update notifications set user_id = ${person} where user_id <> ${other}`.execute(notifications)
  // Most of them at the same moment: a page may end in the middle of it.
  await sql`update scenarios set owner_id = ${person} where owner_id <> ${other}`.execute(scenarios)
  const collect = async (pages: ReturnType<typeof collectPersonalData>) => {
    const rows: Record<string, { id: string; scenario_id: string }[]> = {}
    let largest = 0
    let count = 0
    for await (const page of pages) {
      ;(rows[page.table] ??= []).push(...(JSON.parse(`[${page.rows}]`) as []))
      largest = Math.max(largest, page.rows.length)
      count++
    }
    return { rows, largest, count }
  }
  const of = { id: person, email: null }
  const told = await collect(collectPersonalData(notifications, NOTIFICATIONS_PERSONAL_DATA, of, 10_000))
  const ids = new Set(told.rows['notifications']?.map(({ id }) => id))
  expect(told.rows['notifications']).toHaveLength(2_997)
  expect(ids.size).toBe(2_997)
  expect(told.largest).toBeLessThan(12_000)
  expect(told.count).toBeGreaterThan(30)
  expect(told.rows['preferences']).toEqual([])

  const written = await collect(collectPersonalData(scenarios, SCENARIOS_PERSONAL_DATA, of, 10_000))
  expect(new Set(written.rows['scenario_versions']?.map((row) => row.scenario_id)).size).toBe(1_998)
  expect(written.rows['scenarios']).toHaveLength(1_998)
})

const piecesOf = (operation_id: string) => {
  const { auth } = databases
  return {
    keep: (n: number, of_table: string, rows: string, attempt = 1, service = 'ai') =>
      keepArchivePiece(auth, { operation_id, service, try: attempt, n, of_table, rows }),
    complete: (pieces: number, attempt = 1, service = 'ai') =>
      auth.transaction().execute((trx) => completeArchivePart(trx, { operation_id, service, try: attempt, pieces })),
    read: async (parts: FinishedArchive['parts']) => {
      let text = ''
      for await (const piece of archiveServices(auth, { operation_id, created_at: new Date(), parts })) text += piece
      return JSON.parse(text) as unknown
    },
  }
}
const opened = async () => {
  const id = `export-${randomUUID()}`
  await sql`
    insert into operations (id, kind, owner_id, request_id, workflow, input, summary)
    values (${id}, 'export', ${randomUUID()}, 'r', 'w', '{}', 's')`.execute(databases.auth)
  await openArchive(databases.auth, id, randomUUID())
  return piecesOf(id)
}

test('pieces become one file, tables without rows are in it, and a text may hold what JSON has to escape', async () => {
  const { keep, complete, read } = await opened()
  const text = 'a "quote", a \\ and a \0'
  await keep(0, 'generations', '')
  await keep(1, 'generations', JSON.stringify({ text }))
  await keep(2, 'generations', '{"n":2},{"n":3}')
  await keep(3, 'calls', '')
  await keep(0, 'profiles', '{"id":1}', 1, 'users')
  expect(await complete(4)).toBe(true)
  const parts = [
    { service: 'ai', try: 1, pieces: 4 },
    { service: 'users', try: 1, pieces: 1 },
  ]
  expect(await read(parts)).toEqual({
    ai: { generations: [{ text }, { n: 2 }, { n: 3 }], calls: [] },
    users: { profiles: [{ id: 1 }] },
  })
  // What is gone meanwhile is no shorter file, but one that breaks off.
  await expect(read([{ service: 'ai', try: 1, pieces: 5 }])).rejects.toThrow('is gone')
})

test('of two tries that overlap neither mixes with the other, and the later one stays', async () => {
  const { keep, complete, read } = await opened()
  await keep(0, 'calls', '{"of":1}', 1)
  await keep(0, 'calls', '{"of":2}', 2)
  // The first one was thought dead, and ends while the second one is at work.
  await complete(1, 1)
  expect(await read([{ service: 'ai', try: 1, pieces: 1 }])).toEqual({ ai: { calls: [{ of: 1 }] } })
  await keep(1, 'calls', '{"of":2}', 2)
  await complete(2, 2)
  await complete(1, 1)
  expect(await read([{ service: 'ai', try: 2, pieces: 2 }])).toEqual({ ai: { calls: [{ of: 2 }, { of: 2 }] } })
  const { rows } = await sql<{ try: number; pieces: number }>`
    select try, pieces from archive_parts order by try desc limit 1`.execute(databases.auth)
  expect(rows).toEqual([{ try: 2, pieces: 2 }])
})

test('a piece of an archive that nobody wants any more is not kept', async () => {
  const { keep, complete } = piecesOf(`export-${randomUUID()}`)
  expect(await keep(0, 'calls', '')).toBe(false)
  expect(await complete(1)).toBe(false)
})
