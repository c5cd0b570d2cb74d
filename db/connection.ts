import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.ts'
import type { Service } from '../services.ts'
import type { AiDb } from './ai/schema.ts'
import type { AuthDb } from './auth/schema.ts'
import type { NotificationsDb } from './notifications/schema.ts'
import type { ScenariosDb } from './scenarios/schema.ts'
import { PreparingClient } from './preparing-client.ts'
import type { UsersDb } from './users/schema.ts'

/** What a query runs on: the pool, or a transaction. A function that needs a transaction asks for `Transaction<…>`. */
export type Executor<DB> = Kysely<DB> | Transaction<DB>

/** The five databases, one for each service. No SQL crosses them. */
export interface Databases {
  readonly auth: Kysely<AuthDb>
  readonly users: Kysely<UsersDb>
  readonly scenarios: Kysely<ScenariosDb>
  readonly ai: Kysely<AiDb>
  readonly notifications: Kysely<NotificationsDb>
}

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number
  /** Seen by operators in `pg_stat_activity`. */
  readonly applicationName: string
}

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase<DB>(url: string, options: PoolOptions): Kysely<DB> {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: options.max,
    application_name: options.applicationName,
    // A dead server must become an error (503) within the request's time, not a hang.
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    keepAlive: true,
  })
  // An idle connection that the server closes (restart, kill -9) emits here; without a listener it ends the process.
  // The pool drops it by itself and the next query opens a new one.
  pool.on('error', () => {})
  // The same for a connection that is in use then: its query is rejected, and besides that the client itself emits.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Opens pools to all five databases; those never used never connect. */
export function openDatabases(config: Config, applicationName: string): Databases & { close(): Promise<void> } {
  const urls = config.databases
  if (!urls) throw new Error('DATABASE_URL must be set for this process')
  const open = <DB>(service: Service) =>
    openDatabase<DB>(urls[service], { max: config.DATABASE_POOL, applicationName: `scenor-${applicationName}` })
  const all = {
    auth: open<AuthDb>('auth'),
    users: open<UsersDb>('users'),
    scenarios: open<ScenariosDb>('scenarios'),
    ai: open<AiDb>('ai'),
    notifications: open<NotificationsDb>('notifications'),
  }
  return { ...all, close: async () => void (await Promise.all(Object.values(all).map((db) => db.destroy()))) }
}

/** Postgres' code for a broken unique constraint. */
const UNIQUE_VIOLATION = '23505'

/** The name of the unique constraint or index that refused the write, or undefined when it was another error. */
export function violatedUnique(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION ? error.constraint : undefined
}

/** Postgres cannot be reached or is shutting down, starting up or out of connections: worth a 503, not a 500. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|57P0|53)/.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  const code = (error as NodeJS.ErrnoException).code
  if (code && ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'].includes(code))
    return true
  // pg gives these two no code.
  return (
    error.message === 'Connection terminated unexpectedly' ||
    error.message === 'timeout exceeded when trying to connect' ||
    error.message.startsWith('Connection terminated due to connection timeout')
  )
}
