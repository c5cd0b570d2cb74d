import { ApplicationFailure } from '@temporalio/common'
import { withFailuresBy } from '../failures.ts'
import { MailRefused } from '../../notifications/channels/mail.ts'
import { SmsRefused } from '../../notifications/channels/sms.ts'
import { TryLater } from '../../notifications/channels/try-later.ts'
import { PushRefused } from '../../notifications/channels/web-push.ts'

const SHORTEST_WAIT_MS = 1_000
/** Until one for which the installation has no room is looked at again. */
const NO_ROOM_MS = 10 * 60_000

/** Too much goes out just now, and none of it because of this one: it goes later. */
export class NoRoomNow extends Error {
  override readonly name = 'NoRoomNow'
}

/** Refused for good, later at a time that the other side named, or again by the workflow's own back-off. */
function asFailure(error: unknown): unknown {
  if ([MailRefused, SmsRefused, PushRefused].some((refused) => error instanceof refused))
    return ApplicationFailure.nonRetryable((error as Error).message, 'delivery.refused')
  if (error instanceof TryLater && error.afterMs !== undefined)
    return ApplicationFailure.create({
      message: error.message,
      type: 'delivery.later',
      // Never at once, whatever it says.
      nextRetryDelay: Math.max(error.afterMs, SHORTEST_WAIT_MS),
    })
  if (error instanceof NoRoomNow)
    return ApplicationFailure.create({ message: error.message, type: 'delivery.later', nextRetryDelay: NO_ROOM_MS })
  return error
}

/** For activities that send: what the other side said becomes the failure's kind. */
export const withRefusals = withFailuresBy(asFailure)
