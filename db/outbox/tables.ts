import { sql, type Kysely } from 'kysely'

/**
 * The outbox of every service, and what its relay needs beside it.
 *
 * The trigger wakes a relay that sleeps, and says nothing to one that is awake: a transaction that notifies holds a lock of the
 * whole server while it commits, so that under load notifying commits would go one after the other. At rest one notification an
 * event costs nothing, and a relay at work reads the outbox again anyway before it sleeps.
 */
export async function createOutboxTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id uuid primary key,
      -- Order of insertion. Times may be equal, and the ids of two processes are not ordered within a millisecond.
      seq bigint generated always as identity,
      topic text not null,
      type text not null,
      key text not null,
      data jsonb not null,
      request_id text,
      traceparent text,
      created_at timestamptz(3) not null default clock_timestamp(),
      sent_at timestamptz(3)
    )`.execute(db)
  await sql`create index outbox_unsent on outbox (seq) where sent_at is null`.execute(db)
  await sql`create index outbox_sent on outbox (sent_at) where sent_at is not null`.execute(db)
  await sql`
    create table relay (
      name text primary key,
      asleep boolean not null default false
    )`.execute(db)
  // Two rows: the holder of the first one's lock sends; the second one says whether the sender sleeps.
  await sql`insert into relay (name) values ('sender'), ('sleeper')`.execute(db)
  await sql`
    create function wake_relay() returns trigger language plpgsql as $$
    begin
      if exists (select from relay where name = 'sleeper' and asleep) then
        perform pg_notify('outbox', '');
      end if;
      return null;
    end $$`.execute(db)
  await sql`create trigger outbox_written after insert on outbox for each statement execute function wake_relay()`.execute(
    db,
  )
}
