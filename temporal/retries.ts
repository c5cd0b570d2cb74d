import { setTimeout as delay } from 'node:timers/promises'
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

/** The pause before a retry, at most: a stop waits for it. */
const MAX_PAUSE_MS = 1_000

/**
 * The client’s own retries of calls, and an end to them. A retry whose pause ends on a closed connection throws where nobody catches it:
 * a process that stops while Temporal is away would end with an error of its own.
 */
export function endableRetries() {
  const { retryableDecider, delayFunction } = defaultGrpcRetryOptions()
  let ending = false
  let pausesUntil = 0
  return {
    interceptor: makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => !ending && retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        const pause = Math.min(delayFunction(attempt, status), MAX_PAUSE_MS)
        pausesUntil = Math.max(pausesUntil, performance.now() + pause)
        return pause
      },
    }),
    /** Begins no further retry, and waits for those that are under way to have begun. */
    end: async (): Promise<void> => {
      ending = true
      await delay(Math.max(0, pausesUntil - performance.now() + 50))
    },
  }
}
