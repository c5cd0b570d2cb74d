import { sql, type Transaction } from 'kysely'
import type { ErrorCode } from '../../errors.ts'
import { currentTrace } from '../../trace.ts'
import type { Executor } from '../connection.ts'
import type { AcceptTables, NewOperation, OperationKind, OperationRow, OperationStatus } from './schema.ts'

type Db = Executor<AcceptTables>
type Trx = Transaction<AcceptTables>

const now = sql<Date>`clock_timestamp()`
const OPEN: OperationStatus[] = ['queued', 'running']

/** A new operation as its row, in the trace of the request that is accepted. */
export const operationValues = (operation: NewOperation) => ({
  ...operation,
  input: JSON.stringify(operation.input),
  traceparent: currentTrace(),
})

export function insertOperation(trx: Trx, operation: NewOperation): Promise<OperationRow> {
  return trx.insertInto('operations').values(operationValues(operation)).returningAll().executeTakeFirstOrThrow()
}

export function findOperation(db: Db, id: string): Promise<OperationRow | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
}

export interface OperationFilter {
  readonly ownerId: string
  readonly kind?: OperationKind | undefined
  readonly status?: OperationStatus | undefined
  readonly before?: { readonly created_at: string; readonly id: string } | undefined
  readonly limit: number
}

/** Newest first; `before` is the last row of the page before. */
export function listOperations(db: Db, filter: OperationFilter): Promise<OperationRow[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('owner_id', '=', filter.ownerId)
    .$if(filter.kind !== undefined, (q) => q.where('kind', '=', filter.kind as OperationKind))
    .$if(filter.status !== undefined, (q) => q.where('status', '=', filter.status as OperationStatus))
    .$if(filter.before !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) < (${filter.before?.created_at}::timestamptz, ${filter.before?.id})`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute()
}

/**
 * Moves an open operation on. A finished one stays as it is: a step that runs twice must not open it again.
 * @returns its attempt, or undefined when it is finished
 */
export async function advanceOperation(
  db: Db,
  id: string,
  step: { stage: string; progress: number },
): Promise<number | undefined> {
  const row = await db
    .updateTable('operations')
    .set({ status: 'running', stage: step.stage, progress: step.progress, updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', OPEN)
    .returning('attempt')
    .executeTakeFirst()
  return row?.attempt
}

/** Ends an open operation well. Undefined when it had ended before, so that its event is not written twice. */
export function succeedOperation(trx: Trx, id: string, result: unknown): Promise<OperationRow | undefined> {
  return finish(trx, id, { status: 'succeeded', stage: 'done', progress: 1, result: JSON.stringify(result) })
}

/** @param result what is left of the work in spite of it */
export function failOperation(
  trx: Trx,
  id: string,
  code: ErrorCode,
  result: unknown = null,
): Promise<OperationRow | undefined> {
  return finish(trx, id, {
    status: 'failed',
    error_code: code,
    ...(result !== null && { result: JSON.stringify(result) }),
  })
}

export function cancelOperation(trx: Trx, id: string): Promise<OperationRow | undefined> {
  return finish(trx, id, { status: 'cancelled' })
}

type Ending =
  | { status: 'succeeded'; stage: string; progress: number; result: string }
  | { status: 'failed'; error_code: ErrorCode; result?: string }
  | { status: 'cancelled' }

function finish(trx: Trx, id: string, ending: Ending): Promise<OperationRow | undefined> {
  return trx
    .updateTable('operations')
    .set({ ...ending, updated_at: now, finished_at: now })
    .where('id', '=', id)
    .where('status', 'in', OPEN)
    .returningAll()
    .executeTakeFirst()
}

/** Writes down that its end is wanted, so that the wish outlives this process. Returns undefined when it is finished, or past the point of no return. */
export function requestCancel(db: Db, id: string): Promise<OperationRow | undefined> {
  return db
    .updateTable('operations')
    .set({ cancel_requested_at: sql`coalesce(cancel_requested_at, clock_timestamp())`, updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', OPEN)
    .where(({ not, and, eb }) => not(and([eb('kind', '=', 'erasure'), eb('stage', '=', 'erasing')])))
    .returningAll()
    .executeTakeFirst()
}

/** Operations whose end is wanted and has not come: the relay tells their workflows again. */
export function listUnheardCancels(db: Db, limit: number): Promise<{ id: string }[]> {
  return db
    .selectFrom('operations')
    .select('id')
    .where('status', 'in', OPEN)
    .where(sql<boolean>`cancel_requested_at < clock_timestamp() - interval '2 seconds'`)
    .limit(limit)
    .execute()
}

/**
 * Opens a failed or cancelled operation for its next attempt. Returns undefined when it is neither.
 * @param reason an operator's, who does it to many: it is kept, and people who wait go first
 */
export function reopenOperation(trx: Trx, id: string, reason?: string): Promise<OperationRow | undefined> {
  const bulk = JSON.stringify({ bulk: true, reason })
  return trx
    .updateTable('operations')
    .set({
      status: 'queued',
      stage: 'queued',
      progress: 0,
      attempt: sql`attempt + 1`,
      error_code: null,
      finished_at: null,
      cancel_requested_at: null,
      traceparent: currentTrace(),
      input: (reason === undefined ? sql`input - 'bulk'` : sql`input || ${bulk}::jsonb`) as never,
      updated_at: now,
    })
    .where('id', '=', id)
    .where('status', 'in', ['failed', 'cancelled'])
    .returningAll()
    .executeTakeFirst()
}

/** Open operations that nothing has moved for five minutes and no intent will start: the relay asks Temporal about them. */
export function listStaleOperations(db: Db, limit: number): Promise<OperationRow[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('status', 'in', OPEN)
    .where(sql<boolean>`updated_at < clock_timestamp() - interval '5 minutes'`)
    .where(sql<boolean>`not exists (select from start_intents i where i.operation_id = operations.id)`)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
}
