import { sql, type QueryExecutorProvider } from 'kysely'
import pg from 'pg'
import { clockSkewMs } from '../db/clock.ts'
import { databaseFault } from '../db/faults.ts'
import { migrationsOf } from '../db/migrate.ts'
import { livingProcesses } from '../db/auth/processes.ts'
import { SERVICES, type Service } from '../services.ts'
import { fault, ok, opens, warning, within, type Check, type Examined, type Finding } from './finding.ts'

const LIMIT_MS = 5_000
/** `numeric` types, `clock_timestamp` limits and `client_connection_check_interval` are of 14. */
const OLDEST = 14
/** A listener of its own for each database that a process serves, beside its pools. */
const LISTENERS = 1

const atOf = (url: string): string => new URL(url).host
/** No secret is in a message of Postgres, but addresses may be: its first line, shortened. */
export const said = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200)

/** Each service's database: there, migrated, writable, new enough. */
export const checkDatabases: Check = ({ config, databases }) =>
  Promise.all(
    SERVICES.filter((service) => opens(config, service)).map((service) =>
      checkDatabase(databases[service], service, config.databases?.[service] ?? ''),
    ),
  )

async function checkDatabase(db: QueryExecutorProvider, service: Service, url: string): Promise<Finding> {
  const check = `database_${service}`
  const at = url && atOf(url)
  try {
    const { rows } = await within(
      LIMIT_MS,
      sql<{ version: number; read_only: boolean; done: string[] }>`
        select current_setting('server_version_num')::int / 10000 as version,
          pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as read_only,
          (select coalesce(array_agg(name::text), '{}') from kysely_migration) as done`.execute(db),
    )
    const { version = 0, read_only = false, done = [] } = rows[0] ?? {}
    if (read_only) return fault(check, 'database.read_only', { at })
    const known = migrationsOf(service)
    const missing = known.filter((name) => !done.includes(name))
    if (missing.length > 0) return fault(check, 'database.behind', { missing: missing.join(', ') })
    const newer = done.filter((name) => !known.includes(name) && name > (known.at(-1) ?? ''))
    if (newer.length > 0) return warning(check, 'database.ahead', { newer: newer.join(', ') })
    if (version < OLDEST) return warning(check, 'database.old', { version })
    return ok(check, 'database.ok', { version })
  } catch (error) {
    return fault(check, `database.${databaseFault(error)}`, { at, error: said(error) })
  }
}

/** Whether all living processes could have their pools full at the same time, for each server. */
export const checkConnections: Check = async ({ config, databases }) => {
  // Who lives stands in the database of `auth`.
  if (!config.databases || !opens(config, 'auth')) return []
  const urls = config.databases
  const living = await livingProcesses(databases.auth)
  const processes = living.length > 0 ? living : [{ pool: config.DATABASE_POOL, services: [...SERVICES] }]
  const opened = SERVICES.filter((service) => opens(config, service))
  const servers = Map.groupBy(opened, (service) => atOf(urls[service] ?? ''))
  return Promise.all(
    [...servers].map(async ([at, services]) => {
      const { rows } = await sql<{ most: number }>`
        select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most`.execute(
        databases[services[0] as Service],
      )
      const needed = processes.reduce(
        (sum, { pool, services: served }) =>
          sum + (pool + LISTENERS) * services.filter((s) => served.includes(s)).length,
        0,
      )
      const facts = { needed, most: rows[0]?.most ?? 0, at, processes: processes.length }
      return needed > facts.most
        ? warning('connections', 'connections.exceeded', facts)
        : ok('connections', 'connections.ok', facts)
    }),
  )
}

/**
 * A pooler answers with a process number of its own, Postgres says its true one. What needs a session of its own is tried: whether a
 * notification comes.
 */
export const checkPooler: Check = async ({ config }) => {
  const { databases, listenUrls } = config
  if (!databases || !listenUrls) return []
  const findings: Finding[] = []
  const urls = SERVICES.flatMap((service) => {
    const [through, past] = [databases[service], listenUrls[service]]
    return through !== undefined && past !== undefined ? [{ through, past }] : []
  })
  for (const [at, [url]] of Map.groupBy(urls, ({ through }) => atOf(through))) {
    if (url === undefined) continue
    if (!(await isPooled(url.through))) findings.push(ok('pooler', 'pooler.none', { at }))
    else if (await hears(url.past, url.through)) findings.push(ok('pooler', 'pooler.ok'))
    else findings.push(warning('pooler', 'pooler.deaf'))
  }
  return findings
}

async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: LIMIT_MS })
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}

const isPooled = (url: string): Promise<boolean> =>
  connected(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return rows[0]?.pid !== Reflect.get(client, 'processID')
  })

const HEARD_WITHIN_MS = 2_000
/** Whether who listens there is told of what is said here. */
const hears = (listenUrl: string, url: string): Promise<boolean> =>
  connected(listenUrl, async (listener) => {
    const heard = new Promise<void>((resolve) => listener.once('notification', () => resolve()))
    await listener.query('listen scenor_doctor')
    await connected(url, (client) => client.query('notify scenor_doctor'))
    return within(HEARD_WITHIN_MS, heard).then(
      () => true,
      () => false,
    )
  })

export const checkClock: Check = async ({ databases }: Examined) => {
  const ms = await clockSkewMs(databases.auth)
  return [ms === undefined ? ok('clock', 'clock.ok') : fault('clock', 'clock.skewed', { ms, of: 'Postgres' })]
}
