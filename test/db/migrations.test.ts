import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../db/connection.ts'
import { migrate } from '../../db/migrate.ts'
import * as baseline from '../../db/users/migrations/0001_baseline.ts'
import { SERVICES, type Service } from '../../services.ts'
import { bundleSources } from '../../workers/bundle-sources.ts'
import { catalogue } from '../support/catalogue.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { testServers } from '../support/servers.ts'
import released from './golden/released-migrations.json' with { type: 'json' }

const ROOT = resolve(import.meta.dirname, '../..')
let clones: TestDatabases
beforeAll(async () => {
  clones = await cloneDatabases()
})
afterAll(() => clones.close())

// The golden files were taken from databases of the last version before 0.1.0, by its 34 migrations.
test.each(SERVICES)('the migrations of %s make the schema that is on record', async (service) => {
  const golden = readFileSync(resolve(import.meta.dirname, 'golden', `${service}.txt`), 'utf8')
  expect(await catalogue(clones.urls[service])).toBe(golden)
})

test('a released migration never changes, nor what it imports', async () => {
  for (const [path, hash] of Object.entries(released)) {
    const parts = await bundleSources([resolve(ROOT, path)])
    const now = createHash('sha256')
    for (const part of parts) now.update(readFileSync(part))
    expect({ [path]: now.digest('hex') }).toEqual({ [path]: hash })
  }
})

/** The database `users` as an earlier version left it, with its list of migrations; the others are as they should be. */
async function withEarlierUsers(migrations: readonly string[], use: (urls: Record<Service, string>) => Promise<void>) {
  const url = new URL(testServers().postgres)
  url.pathname = `/t_${randomBytes(5).toString('hex')}_users`
  const urls = { ...clones.urls, users: url.href }
  const maintenance = openDatabase<unknown>(testServers().postgres, { max: 1, applicationName: 'test' })
  const name = sql.id(url.pathname.slice(1))
  await sql`create database ${name}`.execute(maintenance)
  const db = openDatabase<unknown>(urls.users, { max: 1, applicationName: 'test' })
  try {
    await baseline.up(db)
    await sql`create table kysely_migration (name text primary key, timestamp text not null)`.execute(db)
    for (const migration of migrations)
      await sql`insert into kysely_migration values (${migration}, '2026')`.execute(db)
    await sql`insert into profiles (id, username) values (gen_random_uuid(), 'kept')`.execute(db)
    await use(urls)
    const { rows } = await sql`select username from profiles`.execute(db)
    expect(rows).toEqual([{ username: 'kept' }])
  } finally {
    await db.destroy()
    await sql`drop database ${name} with (force)`.execute(maintenance)
    await maintenance.destroy()
  }
}

const LAST = ['0001_profiles', '0002_relay', '0003_phone', '0004_trace', '0005_phone_codes', '0006_phone_code_trace']

test('a database of the last version before 0.1.0 keeps its data and goes on at the baseline, by two processes at once too', () =>
  withEarlierUsers(LAST, async (urls) => {
    await Promise.all([migrate(urls), migrate(urls)])
    const db = openDatabase<unknown>(urls.users, { max: 1, applicationName: 'test' })
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    await db.destroy()
    expect(rows[0]).toEqual({ name: '0001_baseline' })
    expect(rows.map(({ name }) => name)).not.toEqual(expect.arrayContaining([LAST[0]]))
    expect(await catalogue(urls.users)).toBe(await catalogue(clones.urls.users))
  }))

test('a database of a still earlier version is refused with what to do, and left as it is', () =>
  withEarlierUsers(LAST.slice(0, 4), async (urls) => {
    await expect(migrate(urls)).rejects.toThrow(
      /^database "users" was made by a version before 0\.1\.0 .*import its data anew/,
    )
  }))
