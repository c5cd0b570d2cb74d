import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { claimDueIntents, forgetStartIntent, hurryIntents, whatIsDue } from '../../db/operations/intents.ts'
import { attemptOf, listUnheardCancels } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import type { Stoppable } from '../../lifecycle.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Service } from '../../services.ts'
import { inSpan, KIND } from '../../telemetry/spans.ts'
import { currentTrace, withTrace } from '../../telemetry/trace.ts'
import { cancelAttempt } from '../../temporal/executions.ts'
import { startOperation } from '../../temporal/start.ts'
import { runPoller } from './poller.ts'
import { reconcile, RECONCILE_BATCH, type End } from './reconcile.ts'
import { createTurns } from './turns.ts'

/**
 * Nobody is told of an intent: nearly all are gone, started by the request itself, before anybody could look. So that an API that died in
 * between is noticed, each service is asked so often.
 */
const POLL_MS = 1_000
const BATCH = 50
const START_DEADLINE_MS = 5_000
/** How often it looks for operations that nothing moves. */
const MAINTENANCE_MS = 60_000

export interface OperationDeps {
  readonly service: Service
  readonly db: Kysely<AcceptTables>
  readonly client: Client
  readonly suffix: string
  readonly logger: Logger
}

/**
 * Starts the workflows that requests accepted and could not start: Temporal was away, or the API died between its commit and the
 * start. It may die at any point itself: an intent goes only after Temporal has the workflow, and a second start of it is refused there.
 * And it repeats cancellations that Temporal did not hear.
 */
export function runStartsAndCancels({ service, db, client, suffix, logger }: OperationDeps): Stoppable {
  const turns = createTurns(client, logger, BATCH, () => hurryIntents(db))
  const start = async (operation: OperationRow & { tries: number }) => {
    const traceparent = currentTrace()
    await startOperation(client, service, suffix, { ...operation, traceparent }, START_DEADLINE_MS)
    await forgetStartIntent(db, operation.id)
    logger.info({ tries: operation.tries }, 'started late')
  }
  const startInTrace = (operation: OperationRow & { tries: number }) => {
    const { id, kind, request_id, traceparent } = operation
    return withTrace(
      traceparent,
      () => inSpan({ name: `relay ${kind}`, kind: KIND.consumer }, () => start(operation)),
      { operation_id: id, workflow_id: id, request_id },
    )
  }
  /** @returns whether more may be due */
  const startDue = async (limit: number) => {
    const due = await claimDueIntents(db, limit)
    const outcomes = await Promise.allSettled(due.map(startInTrace))
    const failed = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as unknown] : []))
    turns.went(failed)
    // They are due again later; one line tells, not fifty.
    if (failed.length > 0)
      logger.warn({ err: failed[0], failed: failed.length, service }, 'workflows could not be started')
    // One that was put off can be started again, and so can all the others.
    if (due.some(({ tries }, i) => tries > 1 && outcomes[i]?.status === 'fulfilled')) await hurryIntents(db)
    return due.length === limit
  }
  const cancel = (row: Pick<OperationRow, 'id' | 'attempt'>) => cancelAttempt(client, attemptOf(row), START_DEADLINE_MS)
  /** Heard or not, they are repeated after the pause alone. */
  const cancelUnheard = async () => Promise.allSettled((await listUnheardCancels(db, BATCH)).map(cancel))
  return runPoller({
    name: `starts and cancels ${service}`,
    everyMs: POLL_MS,
    round: async () => {
      const limit = await turns.next()
      const { starts, cancels } = await whatIsDue(db)
      const [more] = await Promise.all([starts && limit > 0 && startDue(limit), cancels && cancelUnheard()])
      return more
    },
    onError: (error) => logger.warn({ err: error, service }, 'the relay could not read its intents'),
  })
}

/** Looks after operations that nothing moves. */
export const runReconciling = ({ service, db, client, logger }: OperationDeps, end: End): Stoppable =>
  runPoller({
    name: `reconcile ${service}`,
    everyMs: MAINTENANCE_MS,
    round: async () => (await reconcile({ db, client, logger, end })) === RECONCILE_BATCH,
    onError: (error) => logger.warn({ err: error, service }, 'the relay could not look after its operations'),
  })
