import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import type { Kysely, Transaction } from 'kysely'
import { insertStartIntent } from '../db/operations/intents.ts'
import { cancelOperation, failOperation, listStaleOperations } from '../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import type { Logger } from '../logger.ts'

/** What else of the service goes with the end of an operation, in its transaction. */
export type WithEnd = (trx: Transaction<AcceptTables>, ended: OperationRow) => Promise<void>

const BATCH = 50
const DEADLINE_MS = 5_000

/**
 * Brings rows and executions together again where something outside broke them apart, so that no operation stays open in silence:
 * an execution that Temporal has lost is started again, and one that an operator terminated ends its operation too.
 */
export async function reconcile(deps: {
  db: Kysely<AcceptTables>
  client: Client
  logger: Logger
  ended?: WithEnd | undefined
}): Promise<void> {
  const { db, client, logger } = deps
  const statusOf = async (id: string): Promise<string> => {
    try {
      const { status } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.getHandle(id).describe(),
      )
      return status.name
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'NOT_FOUND'
      throw error
    }
  }
  const mend = async (operation: OperationRow): Promise<void> => {
    const status = await statusOf(operation.id)
    if (status === 'RUNNING') return
    logger.warn({ workflow_id: operation.id, status }, 'an operation is open and its execution is not running')
    await db.transaction().execute(async (trx) => {
      if (status === 'NOT_FOUND') return insertStartIntent(trx, operation.id)
      const end =
        status === 'CANCELLED' ? cancelOperation(trx, operation.id) : failOperation(trx, operation.id, 'internal.error')
      const row = await end
      if (row) await deps.ended?.(trx, row)
    })
  }
  for (const operation of await listStaleOperations(db, BATCH)) await mend(operation)
}
