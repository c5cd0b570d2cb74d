import { sql, type RawBuilder } from 'kysely'

/**
 * The moment so many seconds before now, by the database's clock when the statement came: a time that stands still while it runs, since by
 * one that goes on no index can be read.
 */
export const ago = (seconds: number): RawBuilder<Date> =>
  sql<Date>`statement_timestamp() - make_interval(secs => ${seconds})`

/** The moment so many seconds after now, by the database's clock. */
export const ahead = (seconds: number): RawBuilder<Date> =>
  sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`
