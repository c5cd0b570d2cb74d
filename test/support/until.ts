import { setTimeout as delay } from 'node:timers/promises'

const EVERY_MS = 30
/** For what hangs: no measure of how long anything may take. */
const LIMIT_MS = 120_000

/**
 * Looks until it finds something, and gives that back: for what the system does in its own time and tells nobody.
 * @throws after the limit, with what was looked for
 */
export async function until<T>(
  look: () => T | Promise<T>,
  limitMs = LIMIT_MS,
): Promise<Exclude<T, undefined | null | false>> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(EVERY_MS)) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) return found as Exclude<T, undefined | null | false>
  }
  throw new Error(`not within ${limitMs} ms: ${look.toString()}`)
}
