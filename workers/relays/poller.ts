import { runLoop, type Stoppable } from '../../lifecycle.ts'

/**
 * Runs rounds one after another until it is stopped: at once again after a full one, since more is waiting then, else after a pause.
 * A round that throws is told and counts as an empty one.
 */
export function runPoller(poller: {
  readonly name: string
  /** Pause after a round that was not full, milliseconds. */
  readonly everyMs: number
  /** @returns whether it took as many as it may: more is waiting then */
  readonly round: () => Promise<boolean>
  readonly onError: (error: unknown) => void
}): Stoppable {
  const { name, everyMs, round, onError } = poller
  return runLoop({
    name,
    round: async () => ((await round()) ? 0 : everyMs),
    failed: (error) => {
      onError(error)
      return everyMs
    },
  })
}
