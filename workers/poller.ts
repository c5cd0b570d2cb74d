import { setTimeout as delay } from 'node:timers/promises'

export interface Poller {
  /** Resolves when the round at work is through. */
  stop(): Promise<void>
}

/**
 * Runs rounds one after another until it is stopped: at once again after a full one, since more is waiting then, else after a pause.
 * A round that throws is told and counts as an empty one.
 */
export function runPoller(poller: {
  /** Pause after a round that was not full, milliseconds. */
  readonly everyMs: number
  /** How many make a round full. */
  readonly batch: number
  /** @returns how many it handled */
  readonly round: () => Promise<number>
  readonly onError: (error: unknown) => void
}): Poller {
  const { everyMs, batch, round, onError } = poller
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const handled = await round().catch((error: unknown) => {
        onError(error)
        return 0
      })
      if (handled < batch) await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = loop()
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
