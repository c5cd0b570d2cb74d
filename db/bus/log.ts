import { sql, type QueryExecutorProvider } from 'kysely'
import { held, QUICKLY, type Place } from '../leases/leases.ts'

/** Any database that has the schema `bus`, which belongs to the bus, not to a service: the log is raw SQL throughout. */
type Db = QueryExecutorProvider

export interface LogEntry {
  readonly seq: string
  readonly key: string
  readonly body: string
}

/**
 * Appends to a topic. Publishers of a topic go one after the other: a sequence alone gives numbers in the order of asking, not of
 * commit, and a reader would pass by what commits late. An event that the log already has (its relay died before it could mark
 * it) is not written again.
 */
export async function appendToLog(
  db: Db,
  topic: string,
  entries: readonly { id: string; key: string; body: string }[],
): Promise<void> {
  // One statement, which waits for the lock before it takes its first number: five of them cost a third of the throughput. The
  // notification is once a batch, and from the relay alone: no request waits for the lock that a notifying commit takes.
  await sql`
    with place as materialized (
      select pg_advisory_xact_lock(hashtextextended(${`bus ${topic}`}, 0))
    ), written as (
      insert into bus.log (topic, id, key, body)
      select ${topic}, e.id, e.key, e.body
      from place, unnest(${entries.map((e) => e.id)}::uuid[], ${entries.map((e) => e.key)}::text[], ${entries.map((e) => e.body)}::text[])
        with ordinality as e (id, key, body, n)
      order by e.n
      on conflict (topic, id) do nothing
    )
    select pg_notify('bus', ${topic})`.execute(db)
}

/** A group that is new begins with the oldest entry. */
export async function openPosition(db: Db, topic: string, consumer: string): Promise<void> {
  await sql`insert into bus.positions (topic, consumer, seq) values (${topic}, ${consumer}, 0) on conflict do nothing`.execute(
    db,
  )
}

export async function position(db: Db, topic: string, consumer: string): Promise<string> {
  const { rows } = await sql<{ seq: string }>`
    select seq from bus.positions where topic = ${topic} and consumer = ${consumer}`.execute(db)
  return rows[0]?.seq ?? '0'
}

/** How far a group has come in a topic, as the one says that has its place. */
interface Reached {
  readonly place: Place
  readonly consumer: string
  readonly seq: string
}

/**
 * Never backwards, and not by a consumer that lost its place, which may still be finishing. Not flushed to disk: a position that a
 * crash of the server loses brings events again, and consumers know them.
 */
const advancing = (topic: string, { place, consumer, seq }: Reached) => sql`
  update bus.positions set seq = ${seq}::bigint
  from ${QUICKLY}, ${held(place)}
  where topic = ${topic} and consumer = ${consumer} and seq < ${seq}::bigint`

export const advance = (db: Db, topic: string, reached: Reached) => advancing(topic, reached).execute(db)

/** @param reached is written by the same statement, so that a reader at work has one for each look */
export async function readLog(
  db: Db,
  topic: string,
  after: string,
  limit: number,
  reached?: Reached,
): Promise<LogEntry[]> {
  const read = sql<LogEntry>`select seq, key, body from bus.read(${topic}, ${after}::bigint, ${limit})`
  const asked = reached ? sql<LogEntry>`with advanced as (${advancing(topic, reached)}) ${read}` : read
  return (await asked.execute(db)).rows
}

/** The position is asked for first: of one that it does not know the planner thinks that it lies before a third of the log. */
export const logLag = async (db: Db, topic: string, consumer: string): Promise<number> =>
  countBehind(db, topic, await position(db, topic, consumer))

/** How many entries of a topic lie behind a number. */
export async function countBehind(db: Db, topic: string, passed: string): Promise<number> {
  const { rows } = await sql<{ lag: number }>`
    select count(*)::int as lag from bus.log l where l.topic = ${topic} and l.seq > ${passed}::bigint`.execute(db)
  return rows[0]?.lag ?? 0
}
