import { isNativeError } from 'node:util/types'
import { PostgresDialect, type Kysely, type Transaction } from 'kysely'
import pg from 'pg'
import { soundPool } from './pool.ts'
import { PipeliningClient } from './pipelining-client.ts'
import type { PreparingClientConfig } from './preparing-client.ts'
import { queryBuilder } from './query-builder.ts'
import { QueryTimeout } from './watched-client.ts'

/** What a query runs on: the pool, or a transaction. A function that needs a transaction asks for `Transaction<…>`. */
export type Executor<DB> = Kysely<DB> | Transaction<DB>

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number
  /** Seen by operators in `pg_stat_activity`. */
  readonly applicationName: string
  /** Milliseconds that a query may go without an answer before its connection is destroyed. */
  readonly silenceMs?: number
}

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase<DB>(url: string, options: PoolOptions): Kysely<DB> {
  const pool = new pg.Pool({
    Client: PipeliningClient,
    ...({ preparing: { works: true } } satisfies PreparingClientConfig),
    connectionString: url,
    max: options.max,
    application_name: options.applicationName,
    // A dead server must become an error (503) within the request's time, not a hang.
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    ...(options.silenceMs !== undefined && { silenceMs: options.silenceMs }),
  })
  // An idle connection that the server closes (restart, kill -9) emits here; without a listener it ends the process.
  // The pool drops it by itself and the next query opens a new one.
  pool.on('error', () => {})
  // The same for a connection that is in use then: its query is rejected, and besides that the client itself emits.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = queryBuilder<DB>(new PostgresDialect({ pool: soundPool(pool) }))
  pools.set(db, pool)
  return db
}

const pools = new WeakMap<object, pg.Pool>()
/** The pool of an open database, for those who watch how full it is. */
export const poolOf = (db: object): pg.Pool | undefined => pools.get(db)

/** Postgres' code for a broken unique constraint. */
const UNIQUE_VIOLATION = '23505'

/** The name of the unique constraint or index that refused the write, or undefined when it was another error. */
export function violatedUnique(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION ? error.constraint : undefined
}

/** Postgres refuses the values themselves (data exceptions, not null, checks, its own limits): the same again would be refused again. */
export const isRefusedValue = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(22|23502|23514|54)/.test(error.code ?? '')

/**
 * Postgres' codes for what passes: no connection, starting up or shutting down, no resources; a lock or a plan that took too long, a
 * deadlock, a transaction that stood still; a server that only reads.
 */
const PASSES = /^(08|53|57P0|57014|55P03|40|25P03|25006)/

/** Postgres cannot be reached, or cannot do it now: worth a 503, not a 500. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return PASSES.test(error.code ?? '')
  if (!isNativeError(error)) return false
  if (error instanceof QueryTimeout) return true
  const code = (error as NodeJS.ErrnoException).code
  if (code && ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'].includes(code))
    return true
  // pg gives these no code; the last one is what a rollback on a broken connection says.
  return (
    error.message === 'Client has encountered a connection error and is not queryable' ||
    error.message === 'Connection terminated unexpectedly' ||
    error.message === 'timeout exceeded when trying to connect' ||
    error.message.startsWith('Connection terminated due to connection timeout')
  )
}
