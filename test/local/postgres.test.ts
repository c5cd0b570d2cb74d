import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { startPostgres, type Postgres } from '../../local/postgres/postgres.ts'

describe('the embedded Postgres', () => {
  let root: string
  let server: Postgres | undefined
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  })
  afterEach(async () => {
    await server?.stop()
    server = undefined
    rmSync(root, { recursive: true, force: true })
  })
  const start = async () => (server = await startPostgres({ dataDir: root, durable: false }))
  const ask = async (url: string, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(sql)
    await client.end()
    return rows
  }

  test('what an initdb cut off half-way left is replaced, and Russian words are known', async () => {
    mkdirSync(join(root, 'data.initdb-old'))
    writeFileSync(join(root, 'data.initdb-old', 'PG_VERSION'), '18')
    const { url } = await start()
    expect(readdirSync(root).filter((name) => name.startsWith('data'))).toEqual(['data'])
    await ask(url, 'create extension pg_trgm')
    const words = `select to_tsvector('russian', 'Сценарии роликов')::text as stems, lower('ЁЖ') as lower, cardinality(show_trgm('привет')) as trigrams`
    expect(await ask(url, words)).toEqual([{ stems: `'ролик':2 'сценар':1`, lower: 'ёж', trigrams: 7 }])
  })

  test('its log quotes no rows: addresses stand in them', async () => {
    const { url } = await start()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`create table people (email text primary key)`)
    const insert = () => client.query('insert into people values ($1)', ['eve@example.test'])
    await insert()
    await expect(insert()).rejects.toThrow('duplicate key')
    await client.end()
    const logs = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'))
    const text = logs.map((name) => readFileSync(join(root, name), 'utf8')).join('')
    expect(text).toContain('duplicate key')
    expect(text).not.toContain('eve@example.test')
  })

  test('its password is kept for its owner alone, and another one is refused', async () => {
    const { url, port } = await start()
    expect(statSync(join(root, 'password')).mode & 0o777).toBe(0o600)
    expect(url).toContain(readFileSync(join(root, 'password'), 'utf8'))
    await expect(ask(`postgresql://postgres:wrong@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow('password')
  })

  test('it starts where a killed one left its pid to a stranger', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 1 as one')
    first.kill()
    await first.exited
    const path = join(root, 'data', 'postmaster.pid')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(process.pid)))
    const { url } = await start()
    expect(await ask(url, 'select * from kept')).toEqual([{ one: 1 }])
  })

  test('one that runs on the folder without a record of ours is ended first', async () => {
    const first = await start()
    const second = await startPostgres({ dataDir: root, durable: false })
    expect((await first.exited).code).toBe(0)
    expect(second.pid).not.toBe(first.pid)
    server = second
  })
})
