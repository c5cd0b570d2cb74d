import { createServer } from 'node:net'
import { once } from 'node:events'
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import type { Logger } from '../telemetry/logger.ts'

/** Said of every worker that has activities only, which is what it is for. */
const NOISE = /^No (workflows|activities|Nexus services) registered/

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

/** A generation takes minutes and waits for its turn: the SDK's own limits end where that begins. */
const SLOW_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000]
const OVERRIDDEN = [
  'temporal_activity_schedule_to_start_latency',
  'temporal_workflow_task_schedule_to_start_latency',
  'temporal_activity_execution_latency',
  'temporal_workflow_task_execution_latency',
]

/** What the SDK counts. Its core serves that on a port of its own alone; this one only this machine reaches, and ours hands it on. */
export interface SdkMetrics {
  readonly address: string
  /** Text for Prometheus. */
  read(): Promise<string>
}

/** A place for them, to be given to `installRuntime`. */
export async function sdkMetrics(): Promise<SdkMetrics> {
  const address = `127.0.0.1:${await freePort()}`
  return {
    address,
    read: async () => (await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(3_000) })).text(),
  }
}

/** Who has the token of a task can report its outcome to the server; the core writes it into its warnings. */
const withoutTaskToken = (text: string): string => text.replace(/TaskToken\([^)]*\)/g, 'TaskToken([redacted])')
export const withoutTaskTokens = (meta: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(meta)
      .filter(([name]) => !/^task_?token$/i.test(name))
      .map(([name, value]) => [name, typeof value === 'string' ? withoutTaskToken(value) : value]),
  )

/** Sends the SDK's logs, the native core's included, into ours. Once a process, before any worker or native connection. */
export function installRuntime(logger: Logger, metrics?: SdkMetrics): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { error, ...rest } = withoutTaskTokens(meta ?? {})
      logger[NOISE.test(message) ? 'debug' : LEVELS[level]](
        { ...rest, ...(error !== undefined && { err: error }) },
        withoutTaskToken(message),
      )
    }),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metrics && {
        metrics: {
          prometheus: {
            bindAddress: metrics.address,
            unitSuffix: true,
            useSecondsForDurations: true,
            histogramBucketOverrides: Object.fromEntries(
              OVERRIDDEN.map((name) => [name, SLOW_MS.map((ms) => ms / 1000)]),
            ),
          },
        },
      }),
    },
    // lifecycle.ts listens to the signals and stops things in order.
    shutdownSignals: [],
  })
}

/** Somebody else may take it before the core does; then the process does not start, and is started again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
