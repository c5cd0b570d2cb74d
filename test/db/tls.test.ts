import { execFileSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../db/connection.ts'
import { startPostgres, type Postgres } from '../../local/postgres/postgres.ts'
import { until } from '../support/until.ts'

let folder: string
let server: Postgres
const at = (...names: string[]) => join(folder, ...names)
const issue = (where: string, ...names: string[]) =>
  execFileSync('sh', [fileURLToPath(new URL('../../deploy/ca.sh', import.meta.url)), at(where), ...names])
/** The files of the process: whose certificate lies there now. */
const show = (where: string) => {
  for (const end of ['key', 'pem']) copyFileSync(at(where, `worker.${end}`), at(`own.${end}`))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-db-tls-'))
  issue('ours', 'postgres,127.0.0.1', 'worker')
  issue('others', 'worker')
  server = await startPostgres({ dataDir: at('postgres'), durable: false })
  const data = at('postgres', 'data')
  const { uid, gid } = statSync(data)
  for (const name of ['ca.pem', 'postgres.pem', 'postgres.key']) {
    copyFileSync(at('ours', name), join(data, name))
    chownSync(join(data, name), uid, gid)
  }
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  for (const [name, value] of Object.entries({
    ...{ ssl: 'on', ssl_ca_file: 'ca.pem', ssl_cert_file: 'postgres.pem', ssl_key_file: 'postgres.key' },
  }))
    await admin.query(`alter system set ${name} = '${value}'`)
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n')
  await admin.query('select pg_reload_conf()')
  await admin.end()
  await until(() => refused(server.url))
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const refused = async (url: string): Promise<boolean> => {
  const db = openDatabase(url, { max: 1, applicationName: 'test' })
  return sql`select`
    .execute(db)
    .then(
      () => false,
      () => true,
    )
    .finally(() => db.destroy())
}

test('a database that asks for a certificate takes who has one of its authority, read anew at each connection', async () => {
  const files = {
    sslmode: 'verify-full',
    sslrootcert: at('ours/ca.pem'),
    sslcert: at('own.pem'),
    sslkey: at('own.key'),
  }
  const url = `${server.url}?${new URLSearchParams(files).toString()}`
  show('others')
  expect(await refused(url)).toBe(true)
  // One pool: who is refused now is taken when the right files lie there.
  const db = openDatabase(url, { max: 1, applicationName: 'test' })
  try {
    const isTls = () => sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db)
    await expect(isTls()).rejects.toThrow()
    show('ours')
    expect((await isTls()).rows).toEqual([{ ssl: true }])
  } finally {
    await db.destroy()
  }
  expect(
    await refused(`${server.url}?${new URLSearchParams({ ...files, sslrootcert: at('others/ca.pem') }).toString()}`),
  ).toBe(true)
})
