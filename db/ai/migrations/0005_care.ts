import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Ends stay for good.
  await sql`drop index operation_events_age`.execute(db)
  await sql`create index operation_events_age on operation_events (created_at) where type not in ('succeeded', 'failed', 'cancelled')`.execute(
    db,
  )
  // What is to be emptied when its time is over: once a minute somebody asks for the oldest.
  await sql`create index calls_with_texts on calls (started_at) where octet_length(messages) > 0`.execute(db)
}
