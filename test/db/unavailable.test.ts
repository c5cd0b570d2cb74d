import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { isRefusedValue, isUnavailable, openDatabase } from '../../db/connection.ts'
import { testServers } from '../support/servers.ts'

let db: Kysely<unknown>
const opened: Kysely<unknown>[] = []
const open = (options: string) => {
  const url = new URL(testServers().postgres)
  url.searchParams.set('options', options)
  const pool = openDatabase<unknown>(url.href, { max: 1, applicationName: 'unavailable' })
  opened.push(pool)
  return pool
}
beforeAll(() => {
  db = open('-c search_path=public')
})
afterAll(() => Promise.all(opened.map((pool) => pool.destroy())))

const failure = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error)

test('what passes is told from what is wrong with the values, by errors of a real server', async () => {
  const slow = await failure(sql`select pg_sleep(5)`.execute(open('-c statement_timeout=50')))
  const readOnly = await failure(sql`create table t ()`.execute(open('-c default_transaction_read_only=on')))
  const locked = await failure(
    db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(4711)`.execute(trx)
      await sql`select pg_advisory_xact_lock(4711)`.execute(open('-c lock_timeout=50'))
    }),
  )
  for (const error of [slow, readOnly, locked]) {
    expect(isUnavailable(error)).toBe(true)
    expect(isRefusedValue(error)).toBe(false)
  }
  const wrong = await failure(sql`select ${'no number'}::integer`.execute(db))
  expect(isRefusedValue(wrong)).toBe(true)
  expect(isUnavailable(wrong)).toBe(false)
  const missing = await failure(sql`select * from nothing`.execute(db))
  expect(isUnavailable(missing) || isRefusedValue(missing)).toBe(false)
})
