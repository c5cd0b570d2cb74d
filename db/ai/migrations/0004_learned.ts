import { sql, type Kysely } from 'kysely'

/** What servers of models turned out to take, for worker processes that start later: to find it out anew may cost an answer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table provider_learned (
      -- Fingerprint of kind, address, endpoint and model.
      server text primary key,
      learned jsonb not null,
      learned_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}
