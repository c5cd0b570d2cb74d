import type { Logger } from './logger.ts'

/** How long a stop may take before the process ends anyway. Below the supervisor's and Kubernetes' kill time. */
const STOP_LIMIT_MS = 14_000

export interface Lifecycle {
  /** Registers what must be stopped. Stops run in the reverse order of registration. */
  onStop(name: string, stop: () => Promise<void> | void): void
  /** Stops everything once; later calls wait for the same stop. */
  stop(reason: string): Promise<void>
  /** Tells a supervising parent process that this one serves. */
  ready(): void
  /** True from the moment a stop began: readiness answers 503 then. */
  readonly stopping: boolean
}

/**
 * The ordered start and reverse-order stop of a process. SIGTERM, SIGINT and SIGHUP stop it; an error nobody caught is logged and
 * ends it with code 1, because its state is unknown then and the supervisor starts a clean one.
 */
export function createLifecycle(logger: Logger): Lifecycle {
  const stops: { name: string; stop: () => Promise<void> | void }[] = []
  let stopped: Promise<void> | undefined

  const run = async (reason: string) => {
    logger.info({ reason }, 'stopping')
    const late = setTimeout(() => {
      logger.error('the stop took too long')
      process.exit(1)
    }, STOP_LIMIT_MS)
    late.unref()
    for (const { name, stop } of stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        logger.error({ err: error, name }, 'a part did not stop cleanly')
      }
    }
    clearTimeout(late)
    logger.info('stopped')
  }
  const lifecycle: Lifecycle = {
    onStop: (name, stop) => void stops.push({ name, stop }),
    stop: (reason) => (stopped ??= run(reason)),
    ready: () => void process.send?.({ type: 'ready' }),
    get stopping() {
      return stopped !== undefined
    },
  }
  const end = (reason: string, code: number) => void lifecycle.stop(reason).then(() => process.exit(code))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(signal, 0))
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error nobody caught')
    end('uncaughtException', 1)
  })
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a rejection nobody caught')
    end('unhandledRejection', 1)
  })
  return lifecycle
}
