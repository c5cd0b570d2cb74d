import { sql, type Transaction } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import type { Executor } from '../connection.ts'
import { onePlan } from '../one-plan.ts'
import type { OperationRow } from '../operations/schema.ts'
import type { AiDb, NewOperationEvent } from './schema.ts'

export interface OperationEventRow {
  readonly seq: number
  readonly type: NewOperationEvent['type']
  readonly data: unknown
}

/** Where an open operation stands, written with the events that tell of it. */
export interface Moved {
  readonly stage: string
  readonly progress: number
}

/**
 * Appends events and tells the processes that stream them: one notification a batch, since a commit that notifies holds a lock of
 * the whole server. Numbers go on over all attempts; the row's lock keeps them in the order of the commits, so that a reader
 * who has seen number n never misses one below it.
 * For a transaction that holds the operation's row, as the one does that opens or ends an attempt.
 */
export async function appendOperationEvents(
  trx: Transaction<AiDb>,
  operationId: string,
  events: readonly NewOperationEvent[],
): Promise<void> {
  if (events.length === 0) return
  await sql`
    with numbered as (
      update generations set event_seq = event_seq + ${events.length} where operation_id = ${operationId}
      returning event_seq - ${events.length} as before
    ), written as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, before + ordinality, value ->> 'type', value -> 'data'
      from numbered, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality
      returning seq
    )
    select pg_notify('operation_events', ${operationId}) from (select from written limit 1) w`.execute(trx)
}

/** What is told of an open attempt. */
export interface Told {
  readonly at: Required<Attempt>
  readonly events: readonly NewOperationEvent[]
  /** Where the operation stands with it. */
  readonly moved?: Moved | undefined
}

const SKIPPING = sql`skip locked`
const WAITING = sql``

/**
 * Appends what happens in attempts while they are open, of each operation once, in one statement for all of them: two hundred that are
 * written at once were two hundred statements each third of a second. A late word of one that has ended is dropped. The operations' rows
 * are locked before the numbers are, as everywhere, and in one order.
 * @param busy whether an operation that somebody holds right now is waited for, or left out: then it holds up no other
 * @returns whose events are written
 */
export async function appendProgress(
  db: Executor<AiDb>,
  told: readonly Told[],
  busy: 'wait' | 'skip' = 'wait',
): Promise<string[]> {
  if (told.length === 0) return []
  const rows = told.map(({ at, events, moved }) => ({ ...at, ...moved, events }))
  const written = await sql<{ id: string }>`${onePlan}
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as t (operation_id text, attempt integer, stage text, progress float8, events jsonb)
    ), locked as (
      select o.id from operations o, told t where o.id = t.operation_id and o.attempt = t.attempt and o.finished_at is null
      order by o.id for no key update of o ${busy === 'skip' ? SKIPPING : WAITING}
    ), moved as (
      update operations o set stage = t.stage, progress = t.progress, updated_at = clock_timestamp()
      from locked l, told t where o.id = l.id and t.operation_id = l.id and t.stage is not null
    ), numbered as (
      update generations g set event_seq = g.event_seq + jsonb_array_length(t.events)
      from locked l, told t where g.operation_id = l.id and t.operation_id = l.id
      returning g.operation_id, g.event_seq - jsonb_array_length(t.events) as before, t.events
    ), written as (
      insert into operation_events (operation_id, seq, type, data)
      select n.operation_id, n.before + e.ordinality, e.value ->> 'type', e.value -> 'data'
      from numbered n, jsonb_array_elements(n.events) with ordinality e
      returning operation_id
    )
    select w.id, pg_notify('operation_events', w.id) from (select distinct operation_id as id from written) w`.execute(
    db,
  )
  return written.rows.map(({ id }) => id)
}

/** Writes the end of an attempt, in the transaction that ends it. */
export const appendEnd = (trx: Transaction<AiDb>, ended: OperationRow): Promise<void> =>
  appendOperationEvents(trx, ended.id, [{ type: ended.status as 'succeeded' | 'failed' | 'cancelled', data: ended }])

/** The stages, tries and ends of an operation with their times, as far as they are kept; not what was written meanwhile. */
export const listTurns = (
  db: Executor<AiDb>,
  operationId: string,
): Promise<{ type: NewOperationEvent['type']; data: unknown; created_at: Date }[]> =>
  db
    .selectFrom('operation_events')
    .select(['type', 'data', 'created_at'])
    .where('operation_id', '=', operationId)
    .where('type', 'not in', ['delta', 'progress'])
    .orderBy('seq')
    .execute()

/** What follows number `after`, in order. */
export async function listOperationEvents(
  db: Executor<AiDb>,
  operationId: string,
  after: number,
  limit: number,
): Promise<OperationEventRow[]> {
  const rows = await db
    .selectFrom('operation_events')
    .select(['seq', 'type', 'data'])
    .where('operation_id', '=', operationId)
    .where('seq', '>', String(after))
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }))
}

/** The number of the newest event that there has been, and whether that number stands in the list (older ones are removed with time). */
export async function findEventNumbers(
  db: Executor<AiDb>,
  operationId: string,
  seq: number,
): Promise<{ readonly newest: number; readonly listed: boolean } | undefined> {
  const row = await db
    .selectFrom('generations')
    .select([
      'event_seq',
      sql<boolean>`exists (
      select from operation_events e where e.operation_id = generations.operation_id and e.seq = ${seq})`.as('listed'),
    ])
    .where('operation_id', '=', operationId)
    .executeTakeFirst()
  return row && { newest: Number(row.event_seq), listed: row.listed }
}
