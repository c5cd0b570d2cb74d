import { cancelOperation, databaseOf } from '../../commands/operations.ts'
import { budgetOf } from '../../config.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { cancelAttempt } from '../../temporal/executions.ts'
import type { ApiDeps } from '../context.ts'

const TELL_TEMPORAL_MS = 1_000

/**
 * Stops an operation. The wish is written down: the relay repeats what Temporal does not hear now.
 * @throws AppError operation.finished, operation.not_cancellable
 */
export async function stopOperation(
  { config, databases, temporal }: Pick<ApiDeps, 'config' | 'databases' | 'temporal'>,
  row: OperationRow,
  log: Logger,
): Promise<void> {
  const budget = budgetOf(config)
  const running = await databaseOf(databases, row.kind)
    .transaction()
    .execute((trx) => cancelOperation(trx, row, budget))
  if (!running) return
  const ids = { operation_id: running.operation_id, workflow_id: running.operation_id }
  await cancelAttempt(temporal, running, TELL_TEMPORAL_MS).catch((error: unknown) =>
    log.warn({ err: error, ...ids }, 'the relay will cancel it'),
  )
}
