import { proxyActivities } from '@temporalio/workflow'
import type { NotificationsActivities } from '../activities/notifications/index.ts'
import type { PhoneCodeInput } from '../contracts/phone-code.ts'

/** One text, tried for as long as somebody may look at the telephone for it; after that another is asked for. */
export async function phoneCode(input: PhoneCodeInput): Promise<void> {
  const { sendPhoneCode } = proxyActivities<NotificationsActivities>({
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '30s',
    scheduleToCloseTimeout: '10 minutes',
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    summary: 'send the code',
  })
  await sendPhoneCode(input)
}
