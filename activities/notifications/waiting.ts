import type { Kysely } from 'kysely'
import type { DeliveryStep } from '../../contracts/notification.ts'
import { lastMailed, markCleared } from '../../db/notifications/deliveries.ts'
import type { Preferences } from '../../db/notifications/preferences.ts'
import type { NotificationRow, NotificationsDb } from '../../db/notifications/schema.ts'
import type { InternalClient } from '../../internal/client.ts'
import { nextDigest, quietUntil } from '../../notifications/quiet-hours.ts'
import { isGathered, isMandatory, type OutsideChannel } from '../../notifications/topics.ts'

/** Between two mails of what is gathered: the first comes soon, a long conversation does not come every minute. */
const GATHER_GAP_S = 15 * 60

interface Deps {
  readonly db: Kysely<NotificationsDb>
  readonly internal: InternalClient
  /** How long mails of a gathered topic wait for others, seconds. */
  readonly gatherS: number
}

type Wait = Pick<DeliveryStep, 'wait_ms' | 'digest'>

/** When what is to go outside may go: quiet hours, the daily digest, what is gathered, and what its sender must prove first. */
export function createWaiting({ db, internal, gatherS }: Deps) {
  const gatheredAt = async ({ user_id, topic }: NotificationRow): Promise<Date> => {
    const last = await lastMailed(db, user_id, topic, GATHER_GAP_S)
    return new Date(Math.max(Date.now() + gatherS * 1_000, (last?.getTime() ?? 0) + GATHER_GAP_S * 1_000))
  }
  return {
    /** Whether nothing goes out because of somebody unproven: asked until it is so, and then remembered. */
    isCleared: async ({ id, sender_id, user_id }: NotificationRow): Promise<boolean> => {
      if (sender_id === null || sender_id === user_id) return true
      if (!(await internal.contacts(sender_id))?.email_verified) return false
      await markCleared(db, id)
      return true
    },

    /** How long it waits on each channel, from now. */
    waitsOf: async (
      row: NotificationRow,
      preferences: Preferences,
      channels: readonly OutsideChannel[],
    ): Promise<(channel: OutsideChannel) => Wait> => {
      const moment = new Date()
      const mandatory = isMandatory(row.topic)
      const quiet = mandatory || !preferences.quiet_hours ? undefined : quietUntil(moment, preferences.quiet_hours)
      const until = (...all: (Date | undefined)[]) =>
        Math.max(0, ...all.map((at) => (at ?? moment).getTime() - moment.getTime()))
      const mailed = channels.includes('email') && !mandatory
      let mail: Wait = { wait_ms: until(quiet), digest: false }
      if (mailed && preferences.digest === 'daily') {
        const timezone = preferences.quiet_hours?.timezone ?? (await internal.person(row.user_id))?.timezone ?? 'UTC'
        mail = { wait_ms: until(nextDigest(quiet ?? moment, timezone)), digest: true }
      } else if (mailed && isGathered(row.topic)) {
        mail = { wait_ms: until(quiet, await gatheredAt(row)), digest: true }
      }
      return (channel) => (channel === 'email' ? mail : { wait_ms: until(quiet), digest: false })
    },
  }
}
