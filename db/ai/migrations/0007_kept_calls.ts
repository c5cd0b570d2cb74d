import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the server keeps the answer under, where it does: a call without an end can be read, instead of paid for again.
  await sql`alter table calls add column response_id text`.execute(db)
}
