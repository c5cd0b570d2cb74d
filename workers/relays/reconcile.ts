import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { kindOf } from '../../contracts/kinds.ts'
import { insertStartIntent } from '../../db/operations/intents.ts'
import { attemptOf, claimStaleOperations, repeatOperation, type Outcome } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { hasEnded, type Execution } from '../../temporal/executions.ts'
import { standingOf } from '../../temporal/standing.ts'
import { DEADLINE_MS, eachOnItsOwn, lookUp } from './look-after.ts'

/** Ends an operation, in one transaction with all that its kind wants. */
export type End = (operation: OperationRow, outcome: Outcome) => Promise<unknown>

export const RECONCILE_BATCH = 50

/**
 * Brings rows and executions together again where something outside broke them apart, so that no operation stays open in silence:
 * an execution that Temporal has lost is started again, one that an operator terminated ends its operation too, and what a completed one
 * had to say to a row that does not know it (its database was set back) is said again.
 * @returns how many it looked after; a full batch means that there may be more
 */
export async function reconcile(deps: {
  db: Kysely<AcceptTables>
  client: Client
  logger: Logger
  end: End
}): Promise<number> {
  const { db, client, logger } = deps
  const startAgain = (operation: OperationRow) =>
    db.transaction().execute((trx) => insertStartIntent(trx, operation.id))
  /** Nothing here can move it; people are told. */
  const tellStanding = async ({ id, stage }: OperationRow) => {
    const { stuck, state, reason } = await client.withDeadline(Date.now() + DEADLINE_MS, () => standingOf(client, id))
    if (stuck) logger.error({ workflow_id: id, stage, state, reason }, 'an execution stands still')
  }
  const complete = async (operation: OperationRow, { runId }: Execution): Promise<unknown> => {
    if (kindOf(operation.kind).resultOf === 'execution')
      return deps.end(operation, {
        status: 'succeeded',
        result: await client.workflow.getHandle(operation.id, runId).result(),
      })
    return db.transaction().execute(async (trx) => {
      if (await repeatOperation(trx, attemptOf(operation))) await insertStartIntent(trx, operation.id)
    })
  }
  const mend = async (operation: OperationRow): Promise<unknown> => {
    const execution = await lookUp(client, operation.id)
    const ofThisAttempt = execution?.attempt === operation.attempt ? execution : undefined
    if (ofThisAttempt && !hasEnded(ofThisAttempt)) return tellStanding(operation)
    const status = ofThisAttempt?.status ?? 'NOT_FOUND'
    const { id } = operation
    logger.warn(
      { operation_id: id, workflow_id: id, execution_status: status },
      'an operation is open and its execution is not running',
    )
    if (!ofThisAttempt) return startAgain(operation)
    if (status === 'COMPLETED') return complete(operation, ofThisAttempt)
    return deps.end(
      operation,
      status === 'CANCELLED' ? { status: 'cancelled' } : { status: 'failed', code: 'internal.error' },
    )
  }
  const stale = await claimStaleOperations(db, RECONCILE_BATCH)
  await eachOnItsOwn(stale, mend, (error, { id }) =>
    logger.warn({ err: error, operation_id: id, workflow_id: id }, 'an operation could not be looked after'),
  )
  return stale.length
}
