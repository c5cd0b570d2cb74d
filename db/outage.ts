import { doubling, retry } from '../lifecycle.ts'
import { isUnavailable } from './connection.ts'

/** A server that is killed is back within seconds; one that is moved, within a minute. */
const OUTAGE_MS = 60_000

/**
 * Does the same again while Postgres is away: for what was paid for, and would be paid for again if it were lost with a connection.
 * @param work one statement that may be done twice: its first answer may be what was lost
 * @throws what it threw last, after a minute or when it is something else; the reason of the abort
 */
export function despiteOutage<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = performance.now() + OUTAGE_MS
  return retry(work, {
    backoffMs: doubling(100, 2_000),
    failed: (error) => {
      if (!isUnavailable(error) || performance.now() > until) throw error
    },
    ...(signal && { signal }),
  })
}
