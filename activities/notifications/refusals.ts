import { ApplicationFailure } from '@temporalio/common'
import { withFailuresBy } from '../failures.ts'
import { MailRefused } from './mail.ts'
import { SmsRefused } from './sms.ts'
import { TryLater } from './try-later.ts'
import { PushRefused } from './web-push.ts'

const SHORTEST_WAIT_MS = 1_000

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
  return error
}

/** For activities that send: what the other side said becomes the failure's kind. */
export const withRefusals = withFailuresBy(asFailure)
