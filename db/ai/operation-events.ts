import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import type { Executor } from '../connection.ts'
import { ofAttempt } from '../operations/operations.ts'
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
export const appendOperationEvents = (
  trx: Transaction<AiDb>,
  operationId: string,
  events: readonly NewOperationEvent[],
): Promise<void> => append(trx, operationId, events, sql`select ${operationId}::text as id`)

/**
 * Appends what happens in an attempt while it is open; a late word of one that has ended is dropped. The operation's row is locked before
 * the numbers are, as everywhere.
 * @param moved where the operation stands with it
 */
export const appendProgress = (
  db: Executor<AiDb>,
  at: Attempt,
  events: readonly NewOperationEvent[],
  moved?: Moved,
): Promise<void> => {
  const open = sql`id = ${at.operation_id} and finished_at is null and ${ofAttempt(at)}`
  const locked = moved
    ? sql`update operations set stage = ${moved.stage}, progress = ${moved.progress}, updated_at = clock_timestamp() where ${open} returning id`
    : sql`select id from operations where ${open} for share`
  return append(db, at.operation_id, events, locked)
}

/** @param locked a query of the operation's id, or of nothing */
async function append(
  db: Executor<AiDb>,
  operationId: string,
  events: readonly NewOperationEvent[],
  locked: RawBuilder<unknown>,
): Promise<void> {
  if (events.length === 0) return
  await sql`
    with locked as (${locked}), numbered as (
      update generations g set event_seq = g.event_seq + ${events.length} from locked where g.operation_id = locked.id
      returning g.event_seq - ${events.length} as before
    ), written as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, before + ordinality, value ->> 'type', value -> 'data'
      from numbered, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality
      returning seq
    )
    select pg_notify('operation_events', ${operationId}) from (select from written limit 1) w`.execute(db)
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
