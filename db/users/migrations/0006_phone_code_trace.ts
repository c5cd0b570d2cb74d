import { sql, type Kysely } from 'kysely'

/** The trace of the request for a code, for the workflow that sends it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table phone_codes add column traceparent text`.execute(db)
}
