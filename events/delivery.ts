import { setTimeout as delay } from 'node:timers/promises'
import type { BusSubscription } from './bus.ts'
import { decodeEnvelope, Poison, type Envelope } from './envelope.ts'

/** A message as an adapter got it. */
export interface Incoming {
  readonly key: string | null
  readonly body: string
}

const TRIES = 5
/** 0.1 s doubling to 10 s: five tries take about 1.5 s, and a database that is away is asked at a bearable pace. */
const backoff = (failed: number): number => Math.min(100 * 2 ** (failed - 1), 10_000)

/**
 * What happens to every message, on whatever bus: read, handled, tried again with growing pauses, set aside in the end.
 * @returns a function that resolves when the message is done with and may be acknowledged, and rejects when the consumer stops
 *   first: then it must come again
 */
export function createDelivery(
  { topic, group, handle, park, transient, failed, tries = TRIES, backoffMs = backoff }: BusSubscription,
  stopping: AbortSignal,
): (message: Incoming) => Promise<void> {
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping })

  /** As often as needed: a message that can neither be handled nor set aside stays where it is. */
  const setAside = async (message: Incoming, error: unknown, count: number) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown'
    for (let n = 1; ; n++) {
      try {
        return await park({ topic, group, ...message, reason: reason.slice(0, 1_000), tries: count })
      } catch (fault) {
        failed?.(fault, undefined)
        await pause(backoffMs(n))
      }
    }
  }
  return async (message) => {
    stopping.throwIfAborted()
    let event: Envelope | undefined
    for (let count = 1, faults = 1; ; faults++) {
      try {
        event ??= decodeEnvelope(message.body)
        return await handle(event)
      } catch (error) {
        failed?.(error, event)
        if (error instanceof Poison) return setAside(message, error, count)
        if (!transient?.(error)) {
          if (count >= tries) return setAside(message, error, count)
          count++
        }
        await pause(backoffMs(faults))
      }
    }
  }
}
