import { setTimeout as delay } from 'node:timers/promises'

/** A busy machine answers within it; who waits for the rest of the answer hardly notices. */
const LIMIT_MS = 1_000
/** Nobody else is kept waiting for what has just not answered. */
const REST_MS = 1_000

/**
 * Asks another service's database for what an answer can do without, so that it never fails for that.
 * @returns a function whose answer is undefined while nothing can be had
 */
export function createSideQuestion<Q, A>(ask: (question: Q) => Promise<A>) {
  let restsUntil = 0
  return async (question: Q): Promise<{ readonly answer: A } | undefined> => {
    if (performance.now() < restsUntil) return undefined
    const late = new AbortController()
    const answered = ask(question).then(
      (answer) => ({ answer }),
      () => undefined,
    )
    const limit = delay(LIMIT_MS, undefined, { signal: late.signal }).catch(() => undefined)
    const outcome = await Promise.race([answered, limit])
    late.abort()
    if (!outcome) restsUntil = performance.now() + REST_MS
    return outcome
  }
}
