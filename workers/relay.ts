import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { purgeKeys } from '../db/operations/idempotency.ts'
import { claimDueIntents, forgetStartIntent } from '../db/operations/intents.ts'
import { listUnheardCancels } from '../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import type { Logger } from '../logger.ts'
import type { Service } from '../services.ts'
import { startOperation } from '../temporal.ts'
import { runPoller, type Poller } from './poller.ts'
import { reconcile, type WithEnd } from './reconcile.ts'

const POLL_MS = 1_000
const BATCH = 50
const START_DEADLINE_MS = 5_000
/** How often it looks for operations that nothing moves, and removes old idempotency keys. */
const CARE_MS = 60_000

/**
 * Starts the workflows that requests accepted and could not start: Temporal was away, or the API died between its commit and the
 * start. It may die at any point itself: an intent goes only after Temporal has the workflow, and a second start of it is refused there.
 * It also repeats cancellations that Temporal did not hear.
 */
export function runRelay(deps: {
  service: Service
  db: Kysely<AcceptTables>
  client: Client
  suffix: string
  logger: Logger
  ended?: WithEnd
  /** What else the service removes when its time is over. */
  removeExpired?: () => Promise<void>
}): Poller {
  const { service, db, client, suffix, logger } = deps

  const start = async (operation: OperationRow & { tries: number }) => {
    await startOperation(client, service, suffix, operation, START_DEADLINE_MS)
    await forgetStartIntent(db, operation.id)
    logger.info({ workflow_id: operation.id, request_id: operation.request_id, tries: operation.tries }, 'started late')
  }
  const cancel = ({ id }: { id: string }) =>
    client.withDeadline(Date.now() + START_DEADLINE_MS, () => client.workflow.getHandle(id).cancel())

  const round = async () => {
    await Promise.allSettled((await listUnheardCancels(db, BATCH)).map(cancel))
    const due = await claimDueIntents(db, BATCH)
    const outcomes = await Promise.allSettled(due.map(start))
    const failed = outcomes.filter((o) => o.status === 'rejected')
    // They are due again later; one line tells, not fifty.
    if (failed[0])
      logger.warn({ err: failed[0].reason, failed: failed.length, service }, 'workflows could not be started')
    return due.length
  }
  const care = async () => {
    await reconcile({ db, client, logger, ended: deps.ended })
    await purgeKeys(db)
    await deps.removeExpired?.()
  }
  let cared = Date.now()
  const careIfDue = async () => {
    if (Date.now() - cared <= CARE_MS) return
    await care().catch((error: unknown) =>
      logger.warn({ err: error, service }, 'the relay could not look after its operations'),
    )
    cared = Date.now()
  }
  return runPoller({
    everyMs: POLL_MS,
    batch: BATCH,
    round: async () => {
      try {
        return await round()
      } finally {
        await careIfDue()
      }
    },
    onError: (error) => logger.warn({ err: error, service }, 'the relay could not read its intents'),
  })
}
