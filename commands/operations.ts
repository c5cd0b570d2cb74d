import type { Kysely, Transaction } from 'kysely'
import type { Config } from '../config.ts'
import type { Attempt } from '../contracts/attempt.ts'
import { kindOf, serviceOf, type OperationKind, type ServiceOf } from '../contracts/kinds.ts'
import type { AiDb } from '../db/ai/schema.ts'
import type { RequestOrigin } from '../db/auth/security-events.ts'
import type { Databases, ServiceDb } from '../db/databases.ts'
import { deleteStartIntent, reopenAccepted } from '../db/operations/intents.ts'
import { attemptOf, findOperation, finishOperation, requestCancel, type Outcome } from '../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import { acceptTables } from '../db/tables.ts'
import { fail, type ErrorCode } from '../errors/errors.ts'
import { RETENTION } from '../retention.ts'
import { reopenErasure } from './erasures.ts'
import { endGeneration, reopenGeneration } from './generations.ts'

type KindTables<K extends OperationKind> = ServiceDb[ServiceOf<K>]

export const isOpen = (row: Pick<OperationRow, 'finished_at'>): boolean => row.finished_at === null

export const isCancellable = (row: OperationRow): boolean => {
  const { cancellable, pointOfNoReturn } = kindOf(row.kind)
  return isOpen(row) && row.cancel_requested_at === null && cancellable && row.stage !== pointOfNoReturn
}

/** What a next attempt of these is made of is gone with the texts of model calls. */
const isForgotten = ({ kind, finished_at }: Pick<OperationRow, 'kind' | 'finished_at'>): boolean =>
  serviceOf(kind) === 'ai' && finished_at !== null && Date.now() - finished_at.getTime() > RETENTION.callTexts * 1000

export const isRetryable = (row: Pick<OperationRow, 'kind' | 'status' | 'error_code' | 'finished_at'>): boolean => {
  const { retryable, finalErrors = [] } = kindOf(row.kind)
  const ended = row.status === 'failed' || row.status === 'cancelled'
  return ended && retryable && !finalErrors.includes(row.error_code as ErrorCode) && !isForgotten(row)
}

/** The database that holds operations of a kind. */
export const databaseOf = <K extends OperationKind>(databases: Databases, kind: K): Kysely<KindTables<K>> =>
  databases[serviceOf(kind)]

/** Who tries an operation again, and what the installation allows. */
export interface Retrying {
  readonly config: Config
  readonly origin: RequestOrigin
  /** An operator's, for the work of somebody else: it is kept, people who wait go first, and no money is set aside anew. */
  readonly reason?: string | undefined
}

/** What a kind's next attempt and its end bring with them, each in one transaction with it. */
interface Transitions<DB> {
  /** Undefined when it is neither failed nor cancelled: of two at once one opens it. */
  readonly reopen: (trx: Transaction<DB>, row: OperationRow, retrying: Retrying) => Promise<OperationRow | undefined>
  /** Undefined when it had ended before. @param budget of a person for a month, millionths */
  readonly end: (
    trx: Transaction<DB>,
    at: Attempt,
    outcome: Outcome,
    budget: number,
  ) => Promise<OperationRow | undefined>
}

const PLAIN: Transitions<AcceptTables> = {
  reopen: (trx, { id }, { reason }) => reopenAccepted(trx, id, reason),
  end: finishOperation,
}
const OF_AI: Transitions<AiDb> = {
  reopen: (trx, { id }, { config, reason }) =>
    reopenGeneration(trx, id, reason === undefined ? { by: 'person', config } : { by: 'operator', reason }),
  end: endGeneration,
}

const TRANSITIONS: { readonly [K in OperationKind]: Transitions<KindTables<K>> } = {
  registration: PLAIN,
  generation: OF_AI,
  title: OF_AI,
  sharing: PLAIN,
  bulk: PLAIN,
  export: PLAIN,
  erasure: { ...PLAIN, reopen: (trx, row, { origin }) => reopenErasure(trx, row, origin) },
}

/**
 * Opens a failed or cancelled operation for its next attempt, with the intent to start it and all that its kind wants.
 * @throws AppError operation.not_retryable, ai.budget_exhausted
 */
export async function retryOperation<K extends OperationKind>(
  trx: Transaction<KindTables<K>>,
  row: OperationRow & { readonly kind: K },
  retrying: Retrying,
): Promise<OperationRow> {
  if (!isRetryable(row)) fail('operation.not_retryable')
  return (await TRANSITIONS[row.kind].reopen(trx, row, retrying)) ?? fail('operation.not_retryable')
}

/** Ends an attempt, with all that its kind wants. Undefined when it had ended before. @param budget of a person for a month, millionths */
const endOperation = <K extends OperationKind>(
  trx: Transaction<KindTables<K>>,
  row: Pick<OperationRow, 'id' | 'attempt'> & { readonly kind: K },
  outcome: Outcome,
  budget: number,
): Promise<OperationRow | undefined> => TRANSITIONS[row.kind].end(trx, attemptOf(row), outcome, budget)

/** Ends operations of any kind, each in a transaction of its own. @param budget of a person for a month, millionths */
export const endsOperations =
  (databases: Databases, budget: number) =>
  (operation: OperationRow, outcome: Outcome): Promise<OperationRow | undefined> =>
    databaseOf(databases, operation.kind)
      .transaction()
      .execute((trx) => endOperation(trx, operation, outcome, budget))

/**
 * Writes down that its end is wanted. One whose workflow Temporal has not got yet ends here, and none ever starts; else its workflow is to
 * be told, and the relay repeats that.
 * @returns the attempt whose execution is to be told; undefined when it has ended
 * @throws AppError operation.finished, operation.not_cancellable
 */
export async function cancelOperation<K extends OperationKind>(
  trx: Transaction<KindTables<K>>,
  { id, kind }: { readonly id: string; readonly kind: K },
  budget: number,
): Promise<Attempt | undefined> {
  const accept = acceptTables(trx)
  const wanted = (await requestCancel(accept, id)) ?? (await refuseCancel(accept, id))
  const unstarted = (await deleteStartIntent(accept, id)) && wanted.status === 'queued'
  const { attempt } = wanted
  const ended = unstarted && (await endOperation(trx, { id, kind, attempt }, { status: 'cancelled' }, budget))
  return ended ? undefined : attemptOf(wanted)
}

async function refuseCancel(trx: Transaction<AcceptTables>, id: string): Promise<never> {
  const row = (await findOperation(trx, id)) ?? fail('operation.not_found')
  return fail(isOpen(row) ? 'operation.not_cancellable' : 'operation.finished')
}
