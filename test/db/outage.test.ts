import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { openDatabase } from '../../db/connection.ts'
import { despiteOutage } from '../../db/outage.ts'
import { startPostgres, type Postgres } from '../../local/postgres/postgres.ts'

describe('what was paid for, while Postgres is away', () => {
  let folder: string
  let server: Postgres
  let db: Kysely<{ kept: { id: number } }>
  const start = (port?: number) =>
    startPostgres({ dataDir: folder, durable: false, ...(port !== undefined && { port }) })
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-test-'))
    server = await start()
    db = openDatabase(server.url, { max: 2, applicationName: 'test' })
    await sql`create table kept (id int primary key)`.execute(db)
  })
  afterAll(async () => {
    await db.destroy()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  let tries = 0
  const keep = (id: number, signal?: AbortSignal) =>
    despiteOutage(() => (tries++, db.insertInto('kept').values({ id }).execute()), signal)

  test('is kept when it is back', async () => {
    const { port } = server
    await server.stop()
    tries = 0
    const kept = keep(1)
    const again = start(port)
    await kept
    server = await again
    expect(tries).toBeGreaterThan(1)
    expect(await db.selectFrom('kept').selectAll().execute()).toEqual([{ id: 1 }])
  })
  test('is no reason to try what is refused again', async () => {
    tries = 0
    await expect(keep(1)).rejects.toMatchObject({ code: '23505' })
    expect(tries).toBe(1)
  })
  test('is waited for by nobody who wants it no longer', async () => {
    const { port } = server
    await server.stop()
    const unwanted = new AbortController()
    const kept = keep(2, unwanted.signal)
    unwanted.abort(new Error('cancelled'))
    await expect(kept).rejects.toThrow('cancelled')
    server = await start(port)
    expect(await db.selectFrom('kept').selectAll().execute()).toEqual([{ id: 1 }])
  })
})
