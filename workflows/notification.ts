import { isCancellation, proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow'
import type { DeliveryActivities } from '../activities/notifications/deliver.ts'
import type { DeliveryStep, NotificationInput } from './notification.contract.ts'

/** The notification and its deliveries exist before this starts; each channel goes its own way and none holds up another. */
export async function notification({ notification_id, give_up_s }: NotificationInput): Promise<void> {
  const { planDeliveries, giveUpDelivery } = proxyLocalActivities<DeliveryActivities>({
    startToCloseTimeout: '20s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const { deliver } = proxyActivities<DeliveryActivities>({
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: give_up_s * 1000,
    retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
    summary: 'deliver',
  })
  const bring = async ({ channel, wait_ms, digest }: DeliveryStep) => {
    try {
      for (let wait = wait_ms; wait >= 0;) {
        if (wait > 0) await sleep(wait)
        // Above a limit it is told to come again later.
        wait = (await deliver({ notification_id, channel, digest })).wait_ms ?? -1
      }
    } catch (error) {
      if (isCancellation(error)) throw error
      await giveUpDelivery({ notification_id, channel })
    }
  }
  const steps = await planDeliveries({ notification_id })
  await Promise.all(steps.map(bring))
}
