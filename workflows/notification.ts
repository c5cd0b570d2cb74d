import {
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow'
import type { DeliveryActivities } from '../activities/notifications/deliver.ts'
import { PROVEN, type DeliveryStep, type NotificationInput } from '../contracts/notification.ts'

const proven = defineSignal(PROVEN)

/** The notification and its deliveries exist before this starts; each channel goes its own way and none holds up another. */
export async function notification({ notification_id, give_up_s }: NotificationInput): Promise<void> {
  const { planDeliveries, giveUpDelivery } = proxyLocalActivities<DeliveryActivities>({
    startToCloseTimeout: '20s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const { deliver } = proxyActivities<DeliveryActivities>({
    // A mail server may take ten minutes to say that it has a mail; who waits for it gives a sign of life.
    startToCloseTimeout: '12 minutes',
    heartbeatTimeout: '30s',
    scheduleToCloseTimeout: give_up_s * 1000,
    retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
    summary: 'deliver',
  })
  // Counted from the beginning: a signal that comes while a step asks whether to wait for it is not missed.
  let proofs = 0
  setHandler(proven, () => void proofs++)
  const bring = async ({ channel, wait_ms, digest, held = false }: DeliveryStep) => {
    try {
      let seen = 0
      for (let [wait, isHeld] = [wait_ms, held]; wait >= 0;) {
        const known = seen
        if (isHeld) await condition(() => proofs > known, wait)
        else if (wait > 0) await sleep(wait)
        seen = proofs
        // Where there is no room just now it is told to come again later.
        const next = await deliver({ notification_id, channel, digest, ...(isHeld && { held: true }) })
        ;[wait, isHeld] = [next.wait_ms ?? -1, next.held === true]
      }
    } catch (error) {
      if (isCancellation(error)) throw error
      await giveUpDelivery({ notification_id, channel })
    }
  }
  const steps = await planDeliveries({ notification_id })
  await Promise.all(steps.map(bring))
}
