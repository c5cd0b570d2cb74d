import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import type { Logger } from '../logger.ts'

/** Said of every worker that has activities only, which is what it is for. */
const NOISE = /^No (workflows|activities|Nexus services) registered/

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

/** Sends the SDK's logs, the native core's included, into ours. Once a process, before any worker or native connection. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { error, ...rest } = meta ?? {}
      logger[NOISE.test(message) ? 'debug' : LEVELS[level]](
        { ...rest, ...(error !== undefined && { err: error }) },
        message,
      )
    }),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    // lifecycle.ts listens to the signals and stops things in order.
    shutdownSignals: [],
  })
}
