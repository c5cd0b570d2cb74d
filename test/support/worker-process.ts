import { freePort } from '../../local/processes/ports.ts'
import { startProgram } from './program.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

export interface WorkerProcess {
  readonly pid: number
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

/** A worker process beside a system of a test. Resolves when it is at work. */
export async function startWorkerProcess(
  system: Pick<System, 'config' | 'databases' | 'logs'>,
  env: Record<string, string>,
): Promise<WorkerProcess> {
  const own = {
    INTERNAL_URL: system.config.internalUrl,
    WORKERS_METRICS_PORT: String(await freePort()),
    AI_REPAIR_ROUNDS: '0',
  }
  const { child, gone } = await startProgram(system, 'workers', { ...own, ...env }, (said) =>
    until(() => said().includes('"working"')),
  )
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
