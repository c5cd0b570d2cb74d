import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AcceptTables, OutboxTable } from './schema.ts'

export type OutboxRow = Selectable<OutboxTable>

/** How long a sent row is kept for people who look for it. */
const KEPT = sql`interval '24 hours'`

/**
 * Claims the sender's place for this transaction without waiting. One sender at a time is what keeps the order of each key with
 * several relays; the lock goes with the transaction, so that a relay that dies holds nothing.
 */
export async function trySend(trx: Transaction<AcceptTables>): Promise<boolean> {
  // The planner's statistics are always behind an outbox that has just filled: left to itself it collects and sorts all that
  // waits for each batch (43 ms with 100,000 rows) instead of reading the index from its beginning.
  const { rows } = await sql`
    select name from relay,
      (select set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)) as in_order
    where name = 'sender' for update of relay skip locked`.execute(trx)
  return rows.length > 0
}

/**
 * Oldest first. A row whose transaction commits late is found later: what is unsent is asked for, not what lies behind a position.
 * A statement of its own, behind the lock: in one with it, it would not see yet what the sender before has marked.
 */
export function listUnsent(trx: Transaction<AcceptTables>, limit: number): Promise<OutboxRow[]> {
  return trx.selectFrom('outbox').selectAll().where('sent_at', 'is', null).orderBy('seq').limit(limit).execute()
}

/** Not flushed to disk: what a crash of the server forgets is published again, under the same ids. */
const QUICKLY = sql`(select set_config('synchronous_commit', 'off', true)) as quickly`

export async function markSent(trx: Transaction<AcceptTables>, ids: readonly string[]): Promise<void> {
  await sql`update outbox set sent_at = clock_timestamp() from ${QUICKLY} where id = any(${ids}::uuid[])`.execute(trx)
}

/** Says whether nobody reads the outbox now, so that whoever writes to it must notify. Lost in a crash, it costs one poll. */
export async function setAsleep(db: Kysely<AcceptTables>, asleep: boolean): Promise<void> {
  await sql`
    update relay set asleep = ${asleep} from ${QUICKLY} where name = 'sleeper' and asleep != ${asleep}`.execute(db)
}

/** How much waits to be sent, and for how many seconds the oldest row has. */
export async function outboxBacklog(db: Executor<AcceptTables>): Promise<{ unsent: number; oldest_s: number }> {
  const { rows } = await sql<{ unsent: number; oldest_s: number }>`
    select count(*)::int as unsent,
      coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as oldest_s
    from outbox where sent_at is null`.execute(db)
  return rows[0] ?? { unsent: 0, oldest_s: 0 }
}

/** Removes some sent rows past their time. Returns how many, so that the caller goes on while there are more. */
export async function purgeSent(db: Executor<AcceptTables>, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where id in (
      select id from outbox where sent_at < clock_timestamp() - ${KEPT} order by sent_at limit ${limit} for update skip locked
    )`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
