import { sql, type Kysely } from 'kysely'

/**
 * The Postgres event bus, in a schema of its own beside the tables of the service that consumes: a log of each topic, and how far
 * each group has come in it.
 */
export async function createBusTables(db: Kysely<unknown>): Promise<void> {
  await sql`create schema bus`.execute(db)
  await sql`
    create table bus.log (
      topic text not null,
      seq bigint generated always as identity,
      id uuid not null,
      key text not null,
      body text not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (topic, seq),
      constraint log_event_key unique (topic, id)
    )`.execute(db)
  // The log grows in the order of time: a few pages of summary instead of an entry for each event.
  await sql`create index log_age on bus.log using brin (created_at)`.execute(db)
  await sql`
    create table bus.positions (
      topic text not null,
      consumer text not null,
      seq bigint not null,
      primary key (topic, consumer)
    )`.execute(db)
  // In the order of the primary key, and no further than the limit. Left to itself the planner, whose statistics are always behind
  // a log that has just grown, collects and sorts all that waits: 40 ms a batch with 40,000 events waiting, here 2.
  await sql`
    create function bus.read(of_topic text, behind bigint, most integer)
    returns table (seq bigint, key text, body text)
    language sql stable rows 500 set enable_bitmapscan = off set enable_sort = off set enable_seqscan = off as $$
      select l.seq, l.key, l.body from bus.log l
      where l.topic = of_topic and l.seq > behind order by l.seq limit most
    $$`.execute(db)
}
