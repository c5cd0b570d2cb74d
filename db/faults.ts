import pg from 'pg'
import { QueryTimeout } from './watched-client.ts'

/** What keeps a database from answering, as health, the doctor and commands name it. It names no host, user or value. */
export type DatabaseFault =
  | 'unreachable'
  | 'name_unknown'
  | 'no_answer'
  | 'pool_busy'
  | 'too_many_connections'
  | 'starting'
  | 'database_missing'
  | 'not_migrated'
  | 'wrong_password'
  | 'not_allowed'
  | 'read_only'
  | 'pool_mode'
  | 'not_trusted'
  | 'out_of_space'
  | 'unknown'

/** By Postgres' own codes (www.postgresql.org/docs/current/errcodes-appendix.html). */
const BY_SQLSTATE: readonly (readonly [RegExp, DatabaseFault])[] = [
  [/^3D000$/, 'database_missing'],
  [/^(42P01|42703|3F000|42883|42P10)$/, 'not_migrated'],
  [/^28/, 'wrong_password'],
  [/^42501$/, 'not_allowed'],
  [/^53300$/, 'too_many_connections'],
  [/^53100$/, 'out_of_space'],
  [/^57P0/, 'starting'],
  [/^25006$/, 'read_only'],
  [/^(57014|55P03)$/, 'no_answer'],
  [/^26000$/, 'pool_mode'],
]

/** A pooler answers all with one code (08P01); only its words tell them apart (PgBouncer's client.c, objects.c). */
const BY_WORDS: readonly (readonly [RegExp, DatabaseFault])[] = [
  [/statement pooling mode|unsupported startup parameter/i, 'pool_mode'],
  [/no such database|database .* does not exist/i, 'database_missing'],
  [/no such user|auth(entication)? failed|password|SASL/i, 'wrong_password'],
  [/query_wait_timeout|no more connections|too many clients/i, 'too_many_connections'],
  [/server conn crashed|server_login_retry/i, 'unreachable'],
]

/** What node-postgres says without a code. */
const BY_ITS_WORDS: readonly (readonly [RegExp, DatabaseFault])[] = [
  // Its own pool had none left, or the server was silent: it says the same of both.
  [/^timeout exceeded when trying to connect/, 'pool_busy'],
  [/^Connection terminated due to connection timeout/, 'no_answer'],
  [/^Connection terminated unexpectedly|^Client has encountered a connection error/, 'unreachable'],
  [/^The server does not support SSL connections/, 'not_trusted'],
  [/^SASL:|password must be a string/, 'wrong_password'],
]

const BY_SYSTEM: Readonly<Record<string, DatabaseFault>> = {
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  EPIPE: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOENT: 'unreachable',
  ETIMEDOUT: 'no_answer',
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'name_unknown',
}

const first = (table: typeof BY_WORDS, text: string) => table.find(([known]) => known.test(text))?.[1]

/** Names what is wrong; `unknown` for anything that is not known to come from a database. */
export function databaseFault(error: unknown): DatabaseFault {
  if (error instanceof QueryTimeout) return 'no_answer'
  if (error instanceof pg.DatabaseError)
    return first(BY_SQLSTATE, error.code ?? '') ?? first(BY_WORDS, error.message) ?? 'unknown'
  // By its fields, not its class: what Node itself throws may be of another realm.
  const { code = '', message = '', errors } = (error ?? {}) as Partial<NodeJS.ErrnoException & AggregateError>
  // Several addresses of one name, none of which answered.
  if (errors && errors.length > 0) return databaseFault(errors[0])
  return (
    BY_SYSTEM[code] ??
    (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) ? 'not_trusted' : undefined) ??
    first(BY_ITS_WORDS, message) ??
    'unknown'
  )
}
