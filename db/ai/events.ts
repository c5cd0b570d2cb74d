import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { OperationRow } from '../operations/schema.ts'
import type { AiDb } from './schema.ts'

/** What whoever watches an operation is told. */
export type NewOperationEvent =
  | { readonly type: 'stage'; readonly data: { stage: string; progress: number; attempt: number } }
  | { readonly type: 'progress'; readonly data: { progress: number } }
  /** The next piece of what is being written, to be put after the pieces before. */
  | { readonly type: 'delta'; readonly data: { text: string } }
  /** The pieces so far belong to an answer that will not come: begin anew. */
  | { readonly type: 'attempt_reset'; readonly data: { attempt: number } }
  /** The end of an attempt, with the operation as it was then. */
  | { readonly type: 'succeeded' | 'failed' | 'cancelled'; readonly data: OperationRow }

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
 */
export async function appendEvents(
  db: Executor<AiDb>,
  operationId: string,
  events: readonly NewOperationEvent[],
  moved?: Moved,
): Promise<void> {
  if (events.length === 0) return
  const moving = moved
    ? sql`moved as (
      update operations set stage = ${moved.stage}, progress = ${moved.progress}, updated_at = clock_timestamp()
      where id = ${operationId} and finished_at is null
    ), `
    : sql``
  await sql`
    with ${moving}numbered as (
      update generations set event_seq = event_seq + ${events.length} where operation_id = ${operationId}
      returning event_seq - ${events.length} as before
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
  appendEvents(trx, ended.id, [{ type: ended.status as 'succeeded' | 'failed' | 'cancelled', data: ended }])

/** What follows number `after`, in order. */
export async function listEvents(
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
