import { HELD_AT_MOST_MS, HELD_MS, type DeliveryStep } from '../../contracts/notification.ts'
import { endDelivery } from '../../commands/notifications.ts'
import { findDelivery, listDigested, listQueued } from '../../db/notifications/deliveries.ts'
import { findNotification } from '../../db/notifications/notifications.ts'
import { findPreferences } from '../../db/notifications/preferences.ts'
import type { NotificationRow } from '../../db/notifications/schema.ts'
import { observe } from '../../telemetry/tally.ts'
import { isRefused, type OutsideChannel } from '../../notifications/topics.ts'
import { createChannels, type ChannelDeps, type EndDeliveries, type Tried } from './channels.ts'
import { withRefusals } from './refusals.ts'
import { createWaiting } from './waiting.ts'

export type DeliveryActivities = ReturnType<typeof createDeliveryActivities>

interface Delivery {
  readonly notification_id: string
  readonly channel: OutsideChannel
}

export interface DeliveryDeps extends ChannelDeps {
  /** How long mails of a gathered topic wait for others, seconds. */
  readonly gatherS: number
}

export function createDeliveryActivities(deps: DeliveryDeps) {
  const { db } = deps
  const { isCleared, waitsOf } = createWaiting(deps)

  const end: EndDeliveries = (ids, channel, status, reason = null, also = async () => {}) =>
    db.transaction().execute(async (trx) => {
      await also(trx)
      await endDelivery(trx, ids, channel, status, reason)
    })
  const channels = createChannels(deps, end)

  const timeSent = async (row: NotificationRow, channel: OutsideChannel) => {
    const ended = await findDelivery(db, row.id, channel)
    if (ended?.status !== 'sent') return
    const seconds = (ended.updated_at.getTime() - row.created_at.getTime()) / 1000
    observe('scenor_delivery_seconds', { channel }, seconds)
  }

  return withRefusals({
    /** What goes outside, and how long each must wait. */
    planDeliveries: async ({ notification_id }: { notification_id: string }): Promise<DeliveryStep[]> => {
      const row = await findNotification(db, notification_id)
      if (!row) return []
      const [queued, preferences] = await Promise.all([listQueued(db, row.id), findPreferences(db, row.user_id)])
      const outside = queued.flatMap(({ channel }) => (channel === 'in_app' ? [] : [channel]))
      if (outside.length === 0) return []
      const waitOf = await waitsOf(row, preferences, outside)
      if (await isCleared(row)) return outside.map((channel) => ({ channel, ...waitOf(channel) }))
      return outside.map((channel) => ({ channel, ...waitOf(channel), wait_ms: HELD_MS, held: true }))
    },

    /** Sends on one channel, or says how long to wait. A delivery that has ended is left alone. */
    deliver: async (step: Delivery & { digest: boolean; held?: boolean }): Promise<Tried & { held?: boolean }> => {
      const { notification_id, channel, digest } = step
      const [row, delivery] = await Promise.all([
        findNotification(db, notification_id),
        findDelivery(db, notification_id, channel),
      ])
      if (!row || delivery?.status !== 'queued') return {}
      const preferences = await findPreferences(db, row.user_id)
      // Chosen while it waited: quiet hours are long.
      if (isRefused(preferences, row.topic, channel)) {
        await end([row.id], channel, 'suppressed', 'switched_off')
        return {}
      }
      if (delivery.cleared_at === null && !(await isCleared(row))) {
        if (Date.now() - row.created_at.getTime() < HELD_AT_MOST_MS) return { wait_ms: HELD_MS, held: true }
        await end([row.id], channel, 'suppressed', 'unproven_sender')
        return {}
      }
      // Held until now: what it waits for besides begins here.
      const wait_ms = step.held ? (await waitsOf(row, preferences, [channel]))(channel).wait_ms : 0
      if (wait_ms > 0) return { wait_ms }
      const tried = await channels[channel](row, digest)
      // What a person wants later is not late, nor is what its sender held up.
      if (!digest && !step.held && !preferences.quiet_hours) await timeSent(row, channel)
      return tried
    },

    /** The provider refused it or was away for too long: shown in `deliveries`, with all that would have gone in the same digest. */
    giveUpDelivery: async ({ notification_id, channel }: Delivery): Promise<void> => {
      const row = await findNotification(db, notification_id)
      if (!row) return
      const together = await listDigested(db, row.id, channel)
      await end([row.id, ...together], channel, 'failed', 'gave_up')
    },
  })
}
