import { proxyActivities } from '@temporalio/workflow'
import type { NotificationsActivities } from '../activities/notifications/index.ts'
import type { PhoneCodeInput } from './phone-code.contract.ts'

/** One text, tried for as long as somebody may look at his telephone for it; after that he asks for another. */
export async function phoneCode(input: PhoneCodeInput): Promise<void> {
  const { sendPhoneCode } = proxyActivities<NotificationsActivities>({
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '10 minutes',
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    summary: 'send the code',
  })
  await sendPhoneCode(input)
}
