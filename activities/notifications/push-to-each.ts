import type { Kysely } from 'kysely'
import { deletePushSubscription } from '../../db/notifications/push.ts'
import type { NotificationsDb, PushSubscriptionRow } from '../../db/notifications/schema.ts'
import { UnknownOutcome } from '../../notifications/channels/unknown-outcome.ts'
import { PushRefused, SubscriptionGone } from '../../notifications/channels/web-push.ts'

/**
 * Tells each browser of a person. One that was told is enough: a retry would tell it twice.
 * @throws what is worth most of what the others said; SubscriptionGone when none is left
 */
export async function pushToEach(
  db: Kysely<NotificationsDb>,
  subscriptions: readonly PushSubscriptionRow[],
  tell: (subscription: PushSubscriptionRow) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    subscriptions.map(async (subscription) => {
      try {
        await tell(subscription)
      } catch (error) {
        if (error instanceof SubscriptionGone) await deletePushSubscription(db, subscription.id)
        throw error
      }
    }),
  )
  const failed = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as Error] : []))
  if (failed.length < subscriptions.length) return
  // One that may have been told is not told again as if it had not; while another may still be, refusals do not end it.
  const is = (kind: typeof UnknownOutcome | typeof PushRefused | typeof SubscriptionGone) => (e: Error) =>
    e instanceof kind
  const open = failed.filter((e) => !is(PushRefused)(e) && !is(SubscriptionGone)(e))
  throw failed.find(is(UnknownOutcome)) ?? open[0] ?? failed.find(is(PushRefused)) ?? failed[0]
}
