/** @throws the signal's reason when it aborts meanwhile */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

const FIRST_MS = 500
const LONGEST_MS = 8_000

/** Milliseconds before the next try, half of it by chance: many clients that lost one server must not come back as one. */
export const backoff = (tries: number, chance = Math.random()): number =>
  Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS) * (0.5 + chance / 2)
