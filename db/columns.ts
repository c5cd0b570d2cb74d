import type { ColumnType } from 'kysely'

/** A moment. Read as Date, written as Date or RFC 3339 text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>

/** A moment that the database fills in. */
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>

/** `jsonb`: read parsed, written as JSON text (the driver would turn a JavaScript array into a Postgres array). */
export type Json<T> = ColumnType<T, string, string>
