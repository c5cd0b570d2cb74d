import type { Kysely, Transaction } from 'kysely'
import type { AcceptTables } from './operations/schema.ts'

/**
 * The tables that every service's database has, of a transaction or a database whose own tables are a type parameter. kysely's types are
 * invariant in their tables, so that the compiler cannot see there that `DB` has these; where the database is a known one it sees it by
 * itself. These are the only such casts.
 */
export const acceptTables = <DB extends AcceptTables>(trx: Transaction<DB>): Transaction<AcceptTables> =>
  trx as unknown as Transaction<AcceptTables>

export const acceptDatabase = <DB extends AcceptTables>(db: Kysely<DB>): Kysely<AcceptTables> =>
  db as unknown as Kysely<AcceptTables>
