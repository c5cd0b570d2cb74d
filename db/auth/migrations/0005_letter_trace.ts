import { sql, type Kysely } from 'kysely'

/** The trace of the request that a letter tells of, for the workflow that sends it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table letters add column traceparent text`.execute(db)
}
