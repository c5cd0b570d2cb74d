import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import { isUnavailable, openDatabase } from '../../db/connection.ts'
import { listenTo } from '../../db/listener.ts'
import { limitSessions } from '../../db/limits.ts'
import { QueryTimeout } from '../../db/watched-client.ts'
import { startWire, type Wire } from '../support/frozen-wire.ts'
import { testServers } from '../support/servers.ts'

const SILENCE_MS = 1_000

describe('a Postgres whose old connections fall silent while it takes new ones', () => {
  let wire: Wire
  let db: Kysely<unknown>
  beforeEach(async () => {
    const url = new URL(testServers().postgres)
    wire = await startWire(url.host)
    url.host = wire.address
    db = openDatabase(url.href, { max: 5, applicationName: 'silent', silenceMs: SILENCE_MS })
  })
  afterEach(async () => {
    await db.destroy()
    await wire[Symbol.asyncDispose]()
  })
  const ask = () => sql`select pg_sleep(0.05)`.execute(db)
  const failures = async (queries: Promise<unknown>[]) =>
    (await Promise.allSettled(queries)).flatMap((o) => (o.status === 'rejected' ? [o.reason as unknown] : []))

  test('costs those who wait then their time limit, and nobody after them', async () => {
    await Promise.all(Array.from({ length: 5 }, ask))
    wire.freezeOld()
    const lost = await failures([ask(), ask()])
    expect(lost).toHaveLength(2)
    expect(lost.every((error) => error instanceof QueryTimeout && isUnavailable(error))).toBe(true)
    // Three more old connections lie in the pool.
    expect(await failures(Array.from({ length: 5 }, ask))).toEqual([])
  })

  test('is noticed by those who only listen, who listen anew', async () => {
    const url = new URL(testServers().postgres)
    url.host = wire.address
    const connected: (() => void)[] = []
    const first = new Promise<void>((resolve) => connected.push(resolve))
    const again = new Promise<void>((resolve) => connected.push(resolve))
    // An empty channel: a new connection.
    const listener = listenTo(url.href, ['news'], (channel) => channel === '' && connected.shift()?.())
    await first
    wire.freezeOld()
    await again
    await listener.stop()
  })

  test('ends a transaction that waits for it', async () => {
    const begun = Promise.withResolvers<void>()
    const frozen = Promise.withResolvers<void>()
    const work = db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx)
      begun.resolve()
      await frozen.promise
      await sql`select 1`.execute(trx)
    })
    await begun.promise
    wire.freezeOld()
    frozen.resolve()
    expect(isUnavailable(await work.catch((error: unknown) => error))).toBe(true)
    await ask()
  })

  test('is not confused with a process that stood still itself', async () => {
    const answer = sql`select pg_sleep(0.2)`.execute(db)
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const until = performance.now() + 2 * SILENCE_MS; performance.now() < until;);
    await answer
  })
})

test('every session of a database has limits that its server keeps, whatever stands between', async () => {
  const client = new pg.Client({ connectionString: testServers().postgres })
  await client.connect()
  await client.query('create database limited')
  expect(await limitSessions(client, 'limited')).toEqual([])
  await client.end()
  const url = new URL('/limited', testServers().postgres)
  const own = new pg.Client({ connectionString: url.href })
  await own.connect()
  const setting = async (name: string) => (await own.query<Record<string, string>>(`show ${name}`)).rows[0]?.[name]
  expect(await setting('statement_timeout')).toBe('30s')
  expect(await setting('idle_in_transaction_session_timeout')).toBe('30s')
  expect(await setting('tcp_user_timeout')).toBe('15000')
  await own.end()
})
