import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { openDatabase } from '../../db/connection.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { testServers } from '../support/servers.ts'

interface Things {
  things: { id: number; name: string }
}

let databases: TestDatabases
let db: Kysely<Things>
beforeAll(async () => {
  databases = await cloneDatabases()
  db = openDatabase<Things>(databases.urls.users, { max: 2, applicationName: 'pipelining' })
  await sql`create table things (id int primary key, name text not null)`.execute(db)
})
afterAll(async () => {
  await db.destroy()
  await databases.close()
})
beforeEach(async () => {
  await db.deleteFrom('things').execute()
})

const named = (id: number, name = `thing ${id}`) => ({ id, name })
const all = async () => (await db.selectFrom('things').select('id').orderBy('id').execute()).map(({ id }) => id)

test('what is asked for at once has an answer each, in its order', async () => {
  const answers = await db.transaction().execute((trx) =>
    Promise.all([
      trx.insertInto('things').values(named(1)).execute(),
      trx.selectFrom('things').selectAll().execute(),
      trx.insertInto('things').values(named(2)).returning('name').executeTakeFirstOrThrow(),
      trx.updateTable('things').set({ name: 'другая' }).executeTakeFirstOrThrow(),
      trx
        .selectFrom('things')
        .select((eb) => eb.fn.countAll<string>().as('n'))
        .executeTakeFirstOrThrow(),
    ]),
  )
  expect(answers.slice(1)).toEqual([[named(1)], { name: 'thing 2' }, { numUpdatedRows: 2n }, { n: '2' }])
  expect(await all()).toEqual([1, 2])
})

test('one that fails ends the transaction: what went before it is undone, what comes after it is not done', async () => {
  const told: string[] = []
  const insert = (trx: typeof db, id: number) =>
    trx
      .insertInto('things')
      .values(named(id))
      .execute()
      .then(
        () => told.push(`${id} done`),
        (error: Error & { code?: string }) => {
          told.push(`${id} ${error.code}`)
          throw error
        },
      )
  const outcome = db.transaction().execute((trx) => Promise.all([1, 1, 2].map((id) => insert(trx, id))))
  await expect(outcome).rejects.toMatchObject({ code: '23505', constraint: 'things_pkey' })
  expect(told.toSorted()).toEqual(['1 23505', '1 done', '2 23505'])
  expect(await all()).toEqual([])
})

test('what goes out with the commit, and fails, fails it', async () => {
  const outcome = db.transaction().execute(async (trx) => {
    await trx.insertInto('things').values(named(1)).execute()
    for (const id of [2, 1])
      void trx
        .insertInto('things')
        .values(named(id))
        .execute()
        .catch(() => {})
  })
  await expect(outcome).rejects.toMatchObject({ code: '23505' })
  expect(await all()).toEqual([])
})

test('a value that cannot be sent leaves nothing behind, and the connection of use', async () => {
  const bad = {
    toPostgres: () => {
      throw new Error('no such value')
    },
  } as unknown as string
  const outcome = db
    .transaction()
    .execute((trx) =>
      Promise.all([
        trx.insertInto('things').values(named(1)).execute(),
        trx.insertInto('things').values(named(2, bad)).execute(),
      ]),
    )
  await expect(outcome).rejects.toThrow('no such value')
  expect(await all()).toEqual([])
})

test('a transaction without a statement asks nothing of the server, and one that is refused before its first', async () => {
  expect(await db.transaction().execute(() => Promise.resolve('nothing'))).toBe('nothing')
  await expect(db.transaction().execute(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  await db.insertInto('things').values(named(1)).execute()
  expect(await all()).toEqual([1])
})

test('an isolation level goes out with the first statement', async () => {
  const level = await db
    .transaction()
    .setIsolationLevel('serializable')
    .execute(
      async (trx) =>
        (await sql<{ level: string }>`select current_setting('transaction_isolation') as level`.execute(trx)).rows[0],
    )
  expect(level).toEqual({ level: 'serializable' })
})

test('a connection that is cut in the middle tells all who wait, and the next one works', async () => {
  const outcome = db
    .transaction()
    .execute((trx) =>
      Promise.all([
        trx.insertInto('things').values(named(1)).execute(),
        sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx),
        trx.insertInto('things').values(named(2)).execute(),
      ]),
    )
  await expect(outcome).rejects.toThrow()
  expect(await all()).toEqual([])
})

test('a pooler that allows no transactions says so', async () => {
  await using pooler = await startPgBouncer(testServers().postgres, 'statement')
  const url = new URL(databases.urls.users)
  url.host = pooler.address
  const pooled = openDatabase<Things>(url.href, { max: 1, applicationName: 'pooled' })
  const outcome = pooled.transaction().execute((trx) => trx.selectFrom('things').selectAll().execute())
  await expect(outcome).rejects.toThrow('statement pooling mode')
  await pooled.destroy()
})
