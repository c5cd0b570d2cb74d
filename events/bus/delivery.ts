import { setTimeout as delay } from 'node:timers/promises'
import { doubling, retry } from '../../lifecycle.ts'
import { joinSignals } from '../../network/joined-signal.ts'
import type { BusSubscription } from './bus.ts'
import { decodeEnvelope, PoisonMessage, type Envelope } from '../envelope.ts'
import type { Yield } from './keyed-queue.ts'

/** A message as an adapter got it. */
export interface Incoming {
  readonly key: string | null
  readonly body: string
}

const MAX_TRIES = 5
/** 0.1 s doubling to 5 s: five tries take about 1.5 s, and a database that is away is asked at a bearable pace. */
const backoff = doubling(100, 5_000)

/**
 * What happens to every message, on whatever bus: read, handled, tried again with growing pauses. It becomes a dead letter for what is
 * wrong with itself alone; whatever else hinders it is waited out.
 * @returns a function that resolves when the message is done with and may be acknowledged, and rejects when the consumer stops
 *   first: then it must come again. While it pauses it yields its turn, so that keys that wait hold up no others
 */
export function createDelivery(
  { topic, group, handle, deadLetter, isFaultOfMessage = () => true, failed, ...limits }: BusSubscription,
  stopping: AbortSignal,
): (message: Incoming, yielding?: Yield) => Promise<void> {
  const { tries = MAX_TRIES, backoffMs = backoff } = limits
  const waiting = new Set<() => void>()
  /** Shorter when another one gets through that had waited: what was away is back, for all. */
  const pause = async (ms: number) => {
    const back = Promise.withResolvers<void>()
    const over = new AbortController()
    waiting.add(back.resolve)
    using signals = joinSignals([stopping, over.signal])
    try {
      await Promise.race([delay(ms, undefined, { signal: signals.signal }), back.promise])
    } finally {
      waiting.delete(back.resolve)
      over.abort()
    }
  }

  /** As often as needed: a message that can neither be handled nor kept as a dead letter stays where it is. */
  const giveUp = (message: Incoming, error: unknown, count: number) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown'
    return retry(() => deadLetter({ topic, group, ...message, reason: reason.slice(0, 1_000), tries: count }), {
      backoffMs,
      failed: (fault) => failed?.(fault, undefined),
      signal: stopping,
    })
  }
  return async (message, yielding = (wait) => wait) => {
    let event: Envelope | undefined
    for (let count = 1, faults = 1; ; faults++) {
      stopping.throwIfAborted()
      try {
        event ??= decodeEnvelope(message.body)
        await handle(event)
        if (faults > 1) for (const wake of waiting) wake()
        return
      } catch (error) {
        failed?.(error, event)
        if (error instanceof PoisonMessage) return yielding(giveUp(message, error, count))
        if (isFaultOfMessage(error)) {
          if (count >= tries) return yielding(giveUp(message, error, count))
          count++
        }
        await yielding(pause(backoffMs(faults)))
      }
    }
  }
}
