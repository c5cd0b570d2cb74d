import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { SERVICES } from '../../services.ts'
import { DEFINITIONS } from '../../workers/services/index.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())

/** Names that columns have which say who somebody is, or where to reach them. */
const OWNER_LIKE =
  /(^|_)(account|owner|user|author|grantee|invitee|inviter|person|people|member|caller|actor|recipient|subscriber)(_id)?$|(^|_)created_by|email|phone|address|(^|_)ip(_|$)|user_agent|username|full_name|endpoint_url|p256dh/
/** Columns of that kind which are of no person, with the reason. */
const OF_NOBODY: Record<string, string> = {
  'erased_people.person': 'a hash of an id that is nobody’s any more',
}

test.each(SERVICES)('every column of %s that names a person is in its list for export and erasure', async (service) => {
  const { rows } = await sql<{ table_name: string; column_name: string }>`
    select c.table_name, c.column_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'`.execute(
    databases[service] as TestDatabases['auth'],
  )
  expect(rows.length).toBeGreaterThan(20)
  const listed = new Set(
    DEFINITIONS[service].personalData.flatMap(({ table, columns }) => columns.map((c) => `${table}.${c}`)),
  )
  const forgotten = rows
    .map((row) => `${row.table_name}.${row.column_name}`)
    .filter((name) => OWNER_LIKE.test(name.slice(name.indexOf('.') + 1)) && !listed.has(name) && !(name in OF_NOBODY))
  expect(forgotten).toEqual([])
})

test.each(SERVICES)('the list of %s names only what is there', async (service) => {
  for (const { table, columns, exported } of DEFINITIONS[service].personalData) {
    const { rows } = await sql<{ column_name: string }>`
      select column_name from information_schema.columns where table_name = ${table}`.execute(
      databases[service] as TestDatabases['auth'],
    )
    const there = rows.map((row) => row.column_name)
    expect(there).toEqual(expect.arrayContaining([...columns, ...(exported ?? [])]))
  }
})

/** Columns that say whose a row is, or that code makes of the others. */
const DERIVED = [
  'owner_id',
  'author_id',
  'est_duration_s',
  'checks',
  'derived_by',
  'tag_keys',
  'folded_title',
  'search',
  'operation_id',
  'restored_from',
  'stays',
]

test.each(['scenarios', 'scenario_versions', 'comments', 'templates'])(
  'an archive shows every column of %s that somebody has written',
  async (table) => {
    const { rows } = await sql<{ column_name: string }>`
      select column_name from information_schema.columns where table_schema = 'public' and table_name = ${table}`.execute(
      databases.scenarios,
    )
    const shown = DEFINITIONS.scenarios.personalData.find((t) => t.table === table)?.exported ?? []
    const left = rows.map((row) => row.column_name).filter((name) => !shown.includes(name))
    expect(left.filter((name) => !DERIVED.includes(name))).toEqual([])
  },
)
