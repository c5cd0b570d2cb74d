import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { claimDeliveryIntents, deleteDeliveryIntent, type DueIntent } from '../db/notifications/deliveries.ts'
import type { NotificationsDb } from '../db/notifications/schema.ts'
import type { Logger } from '../logger.ts'
import { ownedBy, startOnce } from '../temporal.ts'
import { withTrace } from '../trace.ts'
import { NOTIFICATION, notificationId } from '../workflows/notification.contract.ts'
import { taskQueue } from '../workflows/queues.ts'
import { runPoller, type Poller } from './poller.ts'

const POLL_MS = 300
const BATCH = 50
const START_DEADLINE_MS = 5_000

/**
 * Starts the workflows of notifications that lead outside. It may die at any point: an intent goes only after Temporal has its
 * workflow, and a second start of it is refused there.
 */
export function runDeliveryStarter(deps: {
  db: Kysely<NotificationsDb>
  client: Client
  suffix: string
  giveUpS: number
  logger: Logger
}): Poller {
  const { db, client, suffix, giveUpS, logger } = deps

  const start = async ({ notification_id, user_id, traceparent }: DueIntent) => {
    await withTrace(traceparent, () =>
      startOnce(client, NOTIFICATION, {
        workflowId: notificationId(notification_id),
        taskQueue: taskQueue('notifications', suffix),
        args: [{ notification_id, give_up_s: giveUpS }],
        staticSummary: 'notification',
        typedSearchAttributes: ownedBy('notification', user_id),
      }),
    )
    await deleteDeliveryIntent(db, notification_id)
  }
  const round = async () => {
    const due = await claimDeliveryIntents(db, BATCH)
    const outcomes = await client.withDeadline(Date.now() + START_DEADLINE_MS, () => Promise.allSettled(due.map(start)))
    const failed = outcomes.filter((o) => o.status === 'rejected')
    if (failed[0])
      logger.warn({ err: failed[0].reason, failed: failed.length }, 'notifications could not be handed over')
    return due.length
  }
  return runPoller({
    everyMs: POLL_MS,
    batch: BATCH,
    round,
    onError: (error) => logger.warn({ err: error }, 'notifications wait: their intents could not be read'),
  })
}
