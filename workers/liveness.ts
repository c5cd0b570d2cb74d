import { writeFileSync } from 'node:fs'
import type { Logger } from '../telemetry/logger.ts'

const BEAT_MS = 5_000

/**
 * Renews the time of a file as long as the process works, for a health check that has no port to ask. An event loop that hangs stops it,
 * and so does a worker that no longer polls.
 * @param works asked at every beat
 */
export function reportLiveness(path: string, works: () => boolean, logger: Logger): { stop(): void } {
  const beat = () => {
    try {
      if (works()) writeFileSync(path, `${new Date().toISOString()}\n`)
    } catch (error) {
      logger.warn({ err: error }, 'the file that says that the process works could not be written')
    }
  }
  beat()
  const timer = setInterval(beat, BEAT_MS)
  return { stop: () => clearInterval(timer) }
}
