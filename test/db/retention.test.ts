import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { TABLES } from '../../retention.ts'
import { SERVICES } from '../../services.ts'
import { RETENTION_PAGE, retentionPage } from '../docs/retention.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases({ pool: '1' })
})
afterAll(() => databases.close())

const ask = async <T>(service: (typeof SERVICES)[number], query: ReturnType<typeof sql<T>>) =>
  (await query.execute(databases[service] as TestDatabases['auth'])).rows

test.each(SERVICES)('every table of %s is in the list of what is kept how long, and no other', async (service) => {
  const rows = await ask(
    service,
    sql<{ name: string }>`
      select case table_schema when 'public' then '' else table_schema || '.' end || table_name as name
      from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  )
  expect(Object.keys(TABLES[service]).toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
})

test.each(SERVICES)('what of %s goes with another row does so by a foreign key', async (service) => {
  const rows = await ask(
    service,
    sql<{ child: string; parent: string }>`
      select conrelid::regclass::text as child, confrelid::regclass::text as parent
      from pg_constraint where contype = 'f' and confdeltype = 'c'`,
  )
  const parentsOf = (child: string): string[] =>
    rows
      .filter((row) => row.child === child && row.parent !== child)
      .flatMap(({ parent }) => [parent, ...parentsOf(parent)])
  for (const [table, { with: parent }] of Object.entries(TABLES[service]))
    if (parent !== undefined)
      expect({ [table]: parentsOf(table) }).toEqual({ [table]: expect.arrayContaining([parent]) })
})

test.each(SERVICES)('what of %s is for ever has a reason, and nothing is in it without one', (service) => {
  for (const { rules = [], rest, with: parent } of Object.values(TABLES[service])) {
    expect(rules.length > 0 || parent !== undefined || rest !== undefined).toBe(true)
    for (const reason of [...rules.map(({ why }) => why), ...(rest === undefined ? [] : [rest])])
      expect(reason.length).toBeGreaterThan(10)
  }
})

test('docs/retention.md shows the list (else: npm run docs:retention)', () =>
  expect(readFileSync(RETENTION_PAGE, 'utf8')).toBe(retentionPage()))
