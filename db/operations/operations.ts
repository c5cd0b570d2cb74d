import { sql, type Transaction } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { kindOf, OPERATION_KINDS, type OperationKind } from '../../contracts/kinds.ts'
import type { ErrorCode } from '../../errors/errors.ts'
import { count, observe } from '../../telemetry/tally.ts'
import { currentTrace } from '../../telemetry/trace.ts'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import type { AcceptTables, NewOperation, OperationRow, OperationStatus } from './schema.ts'

type Db = Executor<AcceptTables>
type Trx = Transaction<AcceptTables>

const now = sql<Date>`clock_timestamp()`
const OPEN: OperationStatus[] = ['queued', 'running']

/** Whether a row of `operations` is of this attempt. */
export const ofAttempt = ({ attempt }: Attempt) =>
  sql<boolean>`attempt = coalesce(${attempt ?? null}::integer, attempt)`

/** The attempt that a row tells of. */
export const attemptOf = ({ id, attempt }: Pick<OperationRow, 'id' | 'attempt'>): Attempt => ({
  operation_id: id,
  attempt,
})

/** A new operation as its row, in the trace of the request that is accepted. */
export const operationValues = (operation: NewOperation) => ({
  ...operation,
  input: JSON.stringify(operation.input),
  traceparent: currentTrace(),
})

export function findOperation(db: Db, id: string): Promise<OperationRow | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Several at once, by their ids. */
export async function findOperations(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, OperationRow>> {
  const { rows } = await sql<OperationRow>`select * from operations where id = any(${ids}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
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
 * Moves an attempt on that is open, with what it has come to so far. One that has ended stays as it is: a step that runs twice must not
 * open it again.
 */
export async function advanceOperation(
  db: Db,
  at: Attempt,
  { stage, progress, result }: { stage: string; progress: number; result?: object },
): Promise<void> {
  const so = result && { result: JSON.stringify(result) }
  await db
    .updateTable('operations')
    .set({ status: 'running', stage, progress, ...so, updated_at: now })
    .where('id', '=', at.operation_id)
    .where(ofAttempt(at))
    .where('status', 'in', OPEN)
    .execute()
}

/** How an attempt ends. A failure may leave a result: what is left of the work in spite of it. */
export type Outcome =
  | { readonly status: 'succeeded'; readonly result: unknown }
  | { readonly status: 'failed'; readonly code: ErrorCode; readonly result?: unknown }
  | { readonly status: 'cancelled' }

/**
 * Ends an attempt that is open. Of success and a wish to cancel the first wins: those who were told that it is being cancelled do not
 * find it done, and the row that is returned says `cancelled` then.
 * @returns undefined when it had ended before, so that what goes with its end is not written twice
 */
export async function finishOperation(trx: Trx, at: Attempt, outcome: Outcome): Promise<OperationRow | undefined> {
  const ended = await endAs(trx, at, outcome)
  const row = ended ?? (outcome.status === 'succeeded' ? await endAs(trx, at, { status: 'cancelled' }) : undefined)
  if (row) countEnd(row)
  return row
}

/**
 * What an operation is counted as: the two works of a generation differ by minutes. Of one whose input was erased meanwhile nothing but
 * its kind is known.
 */
export const countedAs = ({ kind, input }: Pick<OperationRow, 'kind' | 'input'>): string =>
  kind !== 'generation' ? kind : (input as { scene_id?: string } | null)?.scene_id === undefined ? 'script' : 'scene'

/** Counted before the commit: one that fails then, which the database alone can do, is counted once more when it comes again. */
function countEnd(row: OperationRow): void {
  const { status: outcome, error_code, attempt, created_at, finished_at, cancel_requested_at } = row
  const kind = countedAs(row)
  const since = (moment: Date) => ((finished_at ?? moment).getTime() - moment.getTime()) / 1000
  count('scenor_operations_total', { kind, outcome, code: outcome === 'failed' ? (error_code ?? '') : '' })
  // A later attempt began when somebody asked for it, which no column tells.
  if (attempt === 1) observe('scenor_operation_seconds', { kind, outcome }, since(created_at))
  if (outcome === 'cancelled' && cancel_requested_at)
    observe('scenor_operation_cancel_seconds', { kind }, since(cancel_requested_at))
}

function endAs(trx: Trx, at: Attempt, outcome: Outcome): Promise<OperationRow | undefined> {
  return trx
    .updateTable('operations')
    .set({ status: outcome.status, ...endingOf(outcome), updated_at: now, finished_at: now })
    .where('id', '=', at.operation_id)
    .where(ofAttempt(at))
    .where('status', 'in', OPEN)
    .$if(outcome.status === 'succeeded', (q) => q.where('cancel_requested_at', 'is', null))
    .returningAll()
    .executeTakeFirst()
}

function endingOf(outcome: Outcome) {
  if (outcome.status === 'succeeded') return { stage: 'done', progress: 1, result: JSON.stringify(outcome.result) }
  if (outcome.status === 'cancelled') return {}
  const { code: error_code, result = null } = outcome
  return { error_code, ...(result !== null && { result: JSON.stringify(result) }) }
}

/** The kinds that nobody can stop, and of others the stage in which nobody can any more. */
const UNSTOPPABLE = OPERATION_KINDS.flatMap((kind) => {
  const { cancellable, pointOfNoReturn } = kindOf(kind)
  return cancellable && pointOfNoReturn === undefined
    ? []
    : [{ kind, stage: cancellable ? pointOfNoReturn : undefined }]
})

/** Tells processes at work on an operation, by its id, that its end is wanted. */
export const CANCEL_CHANNEL = 'operation_cancel'

/**
 * Writes down that its end is wanted, so that the wish outlives this process, and tells those at work on it. Returns undefined when it is
 * finished, or cannot be stopped (any more).
 */
export function requestCancel(db: Db, id: string): Promise<OperationRow | undefined> {
  return db
    .updateTable('operations')
    .set({ cancel_requested_at: sql`coalesce(cancel_requested_at, clock_timestamp())`, updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', OPEN)
    .where(({ and, not, eb }) =>
      and(
        UNSTOPPABLE.map(({ kind, stage }) =>
          not(and([eb('kind', '=', kind), ...(stage === undefined ? [] : [eb('stage', '=', stage)])])),
        ),
      ),
    )
    .returningAll()
    .returning(sql`pg_notify(${CANCEL_CHANNEL}, id)`.as('told'))
    .executeTakeFirst()
}

/** An end that is wanted and had time to come. */
export const UNHEARD = sql<boolean>`finished_at is null and cancel_requested_at < ${ago(2)}`

/** Operations whose end is wanted and has not come: the relay tells their workflows again. */
export function listUnheardCancels(db: Db, limit: number): Promise<Pick<OperationRow, 'id' | 'attempt'>[]> {
  return db.selectFrom('operations').select(['id', 'attempt']).where(UNHEARD).limit(limit).execute()
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

/** Open operations by kind and stage, with the seconds for which the one that rests longest has not moved. */
export async function openOperations(
  db: Db,
): Promise<{ kind: OperationKind; stage: string; scene: boolean; open: number; oldest_s: number }[]> {
  const { rows } = await sql<{ kind: OperationKind; stage: string; scene: boolean; open: number; oldest_s: number }>`
    select kind, stage, input ? 'scene_id' as scene, count(*)::int as open,
      extract(epoch from clock_timestamp() - min(updated_at))::float8 as oldest_s
    from operations where finished_at is null group by kind, stage, scene`.execute(db)
  return rows
}

/**
 * Opens the next attempt of an operation that is open although its execution is through: what the execution wrote is gone with a database
 * that was set back, or was never committed.
 * @returns false when it has ended, or is in another attempt
 */
export async function repeatOperation(trx: Trx, at: Attempt): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('operations')
    .set({ status: 'queued', stage: 'queued', progress: 0, attempt: sql`attempt + 1`, updated_at: now })
    .where('id', '=', at.operation_id)
    .where(ofAttempt(at))
    .where('status', 'in', OPEN)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Takes open operations that nothing has moved for five minutes and no intent will start: the relay asks Temporal about them. The longest
 * not looked after first, and not again within five minutes, so that those that only wait (an erasure for a day) let the others by.
 */
export async function claimStaleOperations(db: Db, limit: number): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    with stale as (
      select id from operations o
      where finished_at is null and looked_after_at < ${ago(300)} and updated_at < ${ago(300)}
        and not exists (select from start_intents i where i.operation_id = o.id)
      order by looked_after_at limit ${limit} for update skip locked
    )
    update operations o set looked_after_at = clock_timestamp() from stale where o.id = stale.id returning o.*`.execute(
    db,
  )
  return rows
}
