import { Context } from '@temporalio/activity'

/** Far below the heartbeat timeout of 5 s, so that a lost beat is no death, and a cancellation is heard within a second. */
const BEAT_MS = 750

/**
 * Runs a long call with a heartbeat, by which the server notices a dead worker and the call notices a cancellation.
 * @param call gets a signal that aborts when the work is cancelled or `timeoutMs` have passed
 * @throws CancelledFailure when cancelled, whatever the call threw: only that is told from a failure by Temporal
 */
export async function heartbeating<T>(timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), BEAT_MS)
  try {
    return await call(AbortSignal.any([context.cancellationSignal, AbortSignal.timeout(timeoutMs)]))
  } catch (error) {
    context.cancellationSignal.throwIfAborted()
    throw error
  } finally {
    clearInterval(beat)
  }
}
