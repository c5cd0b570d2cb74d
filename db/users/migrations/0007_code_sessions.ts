import { sql, type Kysely } from 'kysely'

/** A code is worth what the session is that asked for it; those from before this migration have none, and ten minutes to live. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table phone_codes add column session_id uuid`.execute(db)
}
