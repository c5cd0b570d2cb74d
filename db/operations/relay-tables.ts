import { sql, type Kysely } from 'kysely'

/**
 * What the outbox relay of every service needs beside the outbox itself.
 *
 * The trigger wakes a relay that sleeps, and says nothing to one that is awake: a transaction that notifies holds a lock of the
 * whole server while it commits, so that under load notifying commits would go one after the other. At rest one notification an
 * event costs nothing, and a relay at work reads the outbox again anyway before it sleeps.
 */
export async function createRelayTables(db: Kysely<unknown>): Promise<void> {
  // Order of insertion. Times may be equal, and the ids of two processes are not ordered within a millisecond.
  await sql`alter table outbox add column seq bigint generated always as identity`.execute(db)
  await sql`alter table outbox add column traceparent text`.execute(db)
  await sql`drop index outbox_unsent`.execute(db)
  await sql`create index outbox_unsent on outbox (seq) where sent_at is null`.execute(db)
  await sql`create index outbox_sent on outbox (sent_at) where sent_at is not null`.execute(db)
  await sql`
    create table relay (
      name text primary key,
      asleep boolean not null default false
    )`.execute(db)
  // Two rows: whoever holds the first one's lock sends; the second one says whether the sender sleeps.
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
