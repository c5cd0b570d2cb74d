import { runningLoops, type LoopState, type Stoppable } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'

/** Longer than any round at work: what a round waits for (a query, a broker, Temporal) has a limit below a minute, a purge takes turns. */
const MAX_ROUND_S = 600
const LOOK_MS = 5_000

/** Loops whose round will not end any more. */
export const hungLoops = (loops: readonly LoopState[] = runningLoops()): LoopState[] =>
  loops.filter(({ silentS }) => silentS > MAX_ROUND_S)

/**
 * Looks for loops that hang. A process cannot help itself then: it says which one, and ends, so that a clean one is started.
 * @param loops for tests
 */
export function watchLoops(
  { logger, failed }: { logger: Logger; failed: () => void },
  loops: () => readonly LoopState[] = runningLoops,
): Stoppable {
  const timer = setInterval(() => {
    const hung = hungLoops(loops())
    if (hung.length === 0) return
    clearInterval(timer)
    logger.fatal({ loops: hung.map(({ name }) => name) }, 'a loop hangs; the process ends to be started anew')
    failed()
  }, LOOK_MS)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      return Promise.resolve()
    },
  }
}
