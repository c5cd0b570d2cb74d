import { createLogger } from '../../telemetry/logger.ts'
import { installRuntime, sdkMetrics, type SdkMetrics } from '../../workers/runtime.ts'

let installed: Promise<SdkMetrics> | undefined

/** What the SDK said in this process, at every level that it knows, as JSON text. */
export const sdkLines: string[] = []

/**
 * Keeps the SDK's own log lines out of the tests' output, and has it count as in a process of workers. Once a process: the SDK refuses a
 * second time.
 */
export const quietRuntime = (): Promise<SdkMetrics> => (installed ??= install())

async function install(): Promise<SdkMetrics> {
  const metrics = await sdkMetrics()
  installRuntime(
    createLogger({ LOG_LEVEL: 'debug' }, 'test', { write: (line: string) => void sdkLines.push(line) }),
    metrics,
  )
  return metrics
}
