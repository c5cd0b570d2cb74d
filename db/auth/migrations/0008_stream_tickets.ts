import { sql, type Kysely } from 'kysely'

/** Tickets that open one stream, for clients that cannot show a token there (`EventSource`). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table stream_tickets (
      token_hash bytea primary key,
      session_id uuid not null references sessions (id) on delete cascade,
      -- Of the stream that it is for; null: of any one.
      path text,
      -- Of the access token that it was made with.
      token_expires_at timestamptz(3) not null,
      expires_at timestamptz(3) not null
    )`.execute(db)
  await sql`create index stream_tickets_session on stream_tickets (session_id)`.execute(db)
  await sql`create index stream_tickets_expired on stream_tickets (expires_at)`.execute(db)
}
