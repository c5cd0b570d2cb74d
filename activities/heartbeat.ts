import { Context } from '@temporalio/activity'
import { joinSignals } from '../network/joined-signal.ts'

/** Well below the heartbeat timeouts of 30 s, so that a lost beat is no death. */
const BEAT_MS = 5_000

/**
 * Runs a long call with a heartbeat, by which the server notices a dead worker and the call notices a cancellation.
 * @param options.timeoutMs how long it may take; default: no limit
 * @param options.also what else ends it
 * @param call gets a signal that aborts when the work is cancelled, its time is over or something else ends it
 * @throws CancelledFailure when cancelled, whatever the call threw: only that is told from a failure by Temporal
 */
export async function heartbeating<T>(
  options: { readonly everyMs?: number; readonly timeoutMs?: number; readonly also?: readonly AbortSignal[] },
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), options.everyMs ?? BEAT_MS)
  using joined = joinSignals([context.cancellationSignal, ...(options.also ?? [])], options.timeoutMs)
  try {
    return await call(joined.signal)
  } catch (error) {
    context.cancellationSignal.throwIfAborted()
    throw error
  } finally {
    clearInterval(beat)
  }
}

/** Waits for nothing but the end. @throws the reason of the abort */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
