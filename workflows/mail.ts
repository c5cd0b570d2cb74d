import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow'
import type { NotificationsActivities } from '../activities/notifications/index.ts'
import type { MailInput } from '../contracts/mail.ts'
import { HELD_AT_MOST_MS, PROVEN } from '../contracts/notification.ts'

const proven = defineSignal(PROVEN)

/** One mail, tried for a day: no link in it holds longer. An invitation waits for whoever invites to prove an address. */
export async function mail(input: MailInput): Promise<void> {
  const { sendLetter, sendInvitation } = proxyActivities<NotificationsActivities>({
    // A mail server may take ten minutes to say that it has a mail; who waits for it gives a sign of life.
    startToCloseTimeout: '12 minutes',
    heartbeatTimeout: '30s',
    scheduleToCloseTimeout: '1 day',
    retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
    summary: 'send the mail',
  })
  if (!('share_id' in input)) return sendLetter(input)
  let proofs = 0
  setHandler(proven, () => void proofs++)
  for (let waited = 0; waited < HELD_AT_MOST_MS;) {
    // Counted before it is asked: a signal that comes meanwhile is not missed.
    const seen = proofs
    const held = await sendInvitation(input)
    if (!held) return
    await condition(() => proofs > seen, held.held_ms)
    waited += held.held_ms
  }
}
