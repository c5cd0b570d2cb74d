import { sql, type Kysely } from 'kysely'

/** The log grows in the order of time: a few pages of summary instead of an entry for each event. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index bus.log_age`.execute(db)
  await sql`create index log_age on bus.log using brin (created_at)`.execute(db)
}
