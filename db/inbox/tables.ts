import { sql, type Kysely } from 'kysely'

/** For every service that consumes events. */
export async function createInboxTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table inbox (
      consumer text not null,
      event_id uuid not null,
      handled_at timestamptz(3) not null default clock_timestamp(),
      primary key (consumer, event_id)
    )`.execute(db)
  await sql`create index inbox_age on inbox (handled_at)`.execute(db)
  await sql`
    create table dead_letters (
      id uuid primary key,
      topic text not null,
      consumer text not null,
      key text,
      body text not null,
      reason text not null,
      tries integer not null,
      replay_wanted_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index dead_letters_replay on dead_letters (replay_wanted_at) where replay_wanted_at is not null`.execute(
    db,
  )
}
