import { sql, type Kysely } from 'kysely'
import { createLeaseTable } from '../leases/tables.ts'

/** What each service needs so that nothing that stands still, or cannot be handled, holds up the rest. */
export async function createRecoveryTables(db: Kysely<unknown>): Promise<void> {
  await createLeaseTable(db)
  // A row says itself where it goes and in which version its data is: the process that sends it may be older or newer than its writer.
  await sql`
    alter table outbox
      add column version integer not null default 1,
      -- The service that it is of; null: this one.
      add column source text,
      -- It cannot be sent, for the reason that stands beside it, and waits for people.
      add column set_aside_at timestamptz(3),
      add column reason text`.execute(db)
  await sql`drop index outbox_unsent`.execute(db)
  await sql`create index outbox_unsent on outbox (seq) where sent_at is null and set_aside_at is null`.execute(db)
  await sql`create index outbox_set_aside on outbox (seq) where set_aside_at is not null`.execute(db)
  // In the order of its index, and no further than the limit. The planner's statistics are always behind an outbox that has just filled:
  // left to itself it collects and sorts all that waits for each batch (43 ms with 100,000 rows).
  await sql`
    create function unsent_events(most integer, without_keys text[]) returns setof outbox
    language sql stable rows 500 set enable_bitmapscan = off set enable_sort = off set enable_seqscan = off as $$
      select * from outbox
      where sent_at is null and set_aside_at is null and key <> all(without_keys) order by seq limit most
    $$`.execute(db)
  // One value for all rows that there are, so that the table is not written anew.
  await sql`alter table operations add column looked_after_at timestamptz(3) not null default now()`.execute(db)
  await sql`alter table operations alter column looked_after_at set default clock_timestamp()`.execute(db)
  await sql`create index operations_looked_after on operations (looked_after_at) where finished_at is null`.execute(db)
}
