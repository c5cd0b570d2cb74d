import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // The log grows in the order of time: a few pages of summary instead of an entry for each event.
  await sql`drop index bus.log_age`.execute(db)
  await sql`create index log_age on bus.log using brin (created_at)`.execute(db)
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
