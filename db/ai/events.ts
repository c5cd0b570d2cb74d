import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { findOperation } from '../operations/operations.ts'
import type { AcceptTables, OperationRow } from '../operations/schema.ts'
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

/**
 * Appends events and tells the processes that stream them: one notification a batch, since a commit that notifies holds a lock of
 * the whole server. Numbers go on over all attempts; the row's lock keeps them in the order of the commits, so that a reader
 * who has seen number n never misses one below it.
 */
export async function appendEvents(
  db: Executor<AiDb>,
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
    select pg_notify('operation_events', ${operationId}) from (select from written limit 1) w`.execute(db)
}

/** Writes the end of the current attempt, in the transaction that ends it. */
export async function appendEnd(trx: Transaction<AiDb>, operationId: string): Promise<void> {
  const row = await findOperation(trx as unknown as Transaction<AcceptTables>, operationId)
  if (row?.finished_at)
    await appendEvents(trx, operationId, [{ type: row.status as 'succeeded' | 'failed' | 'cancelled', data: row }])
}

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

/** Whether pieces of text were told since the last reset: a new answer must not be put after them. */
export async function hasOpenText(db: Executor<AiDb>, operationId: string): Promise<boolean> {
  const last = await db
    .selectFrom('operation_events')
    .select('type')
    .where('operation_id', '=', operationId)
    .where('type', 'in', ['delta', 'attempt_reset'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.type === 'delta'
}
