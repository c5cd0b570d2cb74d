import { proxyActivities } from '@temporalio/workflow'
import type { NotificationsActivities } from '../activities/notifications/index.ts'
import type { MailInput } from './mail.contract.ts'

/** One mail, tried for a day: no link in it holds longer. */
export async function mail(input: MailInput): Promise<void> {
  const { sendLetter, sendInvitation } = proxyActivities<NotificationsActivities>({
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '1 day',
    retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
    summary: 'send the mail',
  })
  await ('share_id' in input ? sendInvitation(input) : sendLetter(input))
}
