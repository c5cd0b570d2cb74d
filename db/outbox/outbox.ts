import { sql, type Kysely, type Selectable } from 'kysely'
import type { Executor } from '../connection.ts'
import { held, QUICKLY, type Place } from '../leases/leases.ts'
import type { AcceptTables, OutboxTable } from '../operations/schema.ts'
import { toldOn } from '../told.ts'

export type OutboxRow = Selectable<OutboxTable>

/** That one relay at a time sends is what keeps the order of each key with several of them. */
export const SENDER = 'send events'

/** Where its relay is told that something waits (`wake_relay()` says the same). */
export const OUTBOX_CHANNEL = 'outbox'

/** Events that the bus has and whose rows are to know it, as the sender says that has the place. */
interface Sent {
  readonly place: Place
  readonly ids: readonly string[]
}

/**
 * Changes nothing for a sender whose place another has by now, which sends these again. What a crash of the server forgets of it is
 * published again, under the same ids.
 */
const marking = ({ place, ids }: Sent) => sql`
  update outbox set sent_at = clock_timestamp() from ${QUICKLY}, ${held(place)} where id = any(${ids}::uuid[])`

export const markSent = (db: Executor<AcceptTables>, sent: Sent) => marking(sent).execute(db)

/**
 * Oldest first. A row whose transaction commits late is found later: what is unsent is asked for, not what lies behind a position.
 * @param which.sent are marked by the same statement, so that a sender at work has one for each look
 * @param which.withoutKeys events of these are left out
 */
export async function listUnsent(
  db: Executor<AcceptTables>,
  limit: number,
  { sent, withoutKeys = [] }: { readonly sent?: Sent; readonly withoutKeys?: readonly string[] } = {},
): Promise<OutboxRow[]> {
  const unsent = (most: number) => sql`select * from unsent_events(${most}, ${withoutKeys}::text[])`
  // The look sees the outbox as it was before the marks.
  const asked = sent?.ids.length
    ? sql<OutboxRow>`
        with marked as (${marking(sent)})
        ${unsent(limit + sent.ids.length)} where id <> all(${sent.ids}::uuid[]) limit ${limit}`
    : sql<OutboxRow>`${unsent(limit)}`
  return (await asked.execute(db)).rows
}

/** Takes a row out of the way of the others: it waits for people. */
export async function setAside(
  db: Executor<AcceptTables>,
  place: Place,
  row: Pick<OutboxRow, 'id'>,
  reason: string,
): Promise<void> {
  await sql`
    update outbox set set_aside_at = clock_timestamp(), reason = ${reason} from ${held(place)} where id = ${row.id}`.execute(
    db,
  )
}

/** Those that could not be sent, oldest first. */
export function listSetAside(db: Executor<AcceptTables>, limit: number): Promise<OutboxRow[]> {
  return db.selectFrom('outbox').selectAll().where('set_aside_at', 'is not', null).orderBy('seq').limit(limit).execute()
}

/** @param id as somebody typed it, perhaps no UUID */
export function findSetAside(db: Executor<AcceptTables>, id: string): Promise<OutboxRow | undefined> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where(sql<string>`id::text`, '=', id.toLowerCase())
    .where('set_aside_at', 'is not', null)
    .executeTakeFirst()
}

export async function dropSetAside(db: Executor<AcceptTables>, id: string): Promise<void> {
  await db.deleteFrom('outbox').where('id', '=', id).where('set_aside_at', 'is not', null).execute()
}

/** Lets what was set aside be sent once more, now. @param which ids, or topics that were unknown; absent: all */
export async function sendAgain(
  db: Executor<AcceptTables>,
  which: { readonly ids?: readonly string[]; readonly topics?: readonly string[] } = {},
): Promise<number> {
  const { ids, topics } = which
  const rows = await db
    .updateTable('outbox')
    .set({ set_aside_at: null, reason: null })
    .where('set_aside_at', 'is not', null)
    .$if(ids !== undefined, (q) => q.where('id', 'in', ids ?? []))
    .$if(topics !== undefined, (q) => q.where('topic', 'in', topics ?? []).where('reason', '=', UNKNOWN_TOPIC))
    .returning(toldOn(OUTBOX_CHANNEL))
    .execute()
  return rows.length
}

/** Why a row is set aside whose topic a newer process knows. */
export const UNKNOWN_TOPIC = 'has a topic that is not known here'

/** Says whether nobody reads the outbox now, so that a writer must notify. Lost in a crash, it costs one poll. */
export async function setAsleep(db: Kysely<AcceptTables>, asleep: boolean): Promise<void> {
  await sql`
    update relay set asleep = ${asleep} from ${QUICKLY} where name = 'sleeper' and asleep != ${asleep}`.execute(db)
}

/** How much waits to be sent, and for how many seconds the oldest row has. */
export async function outboxBacklog(db: Executor<AcceptTables>): Promise<{ unsent: number; oldest_s: number }> {
  const { rows } = await sql<{ unsent: number; oldest_s: number }>`
    select count(*)::int as unsent,
      coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as oldest_s
    from outbox where sent_at is null and set_aside_at is null`.execute(db)
  return rows[0] ?? { unsent: 0, oldest_s: 0 }
}

export async function countSetAside(db: Executor<AcceptTables>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from outbox where set_aside_at is not null`.execute(db)
  return rows[0]?.n ?? 0
}
