import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../local/processes/ports.ts'
import type { System } from './system.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface WorkerProcess {
  readonly pid: number
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

/**
 * A worker process as it is deployed (`workers/main.ts`), beside a system of a test: same databases, same keys, same task queues. Resolves
 * when it is at work.
 */
export async function startWorkerProcess(
  { config, databases, logs }: Pick<System, 'config' | 'databases' | 'logs'>,
  env: Record<string, string>,
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['workers/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ...databases.env,
      DATA_DIR: config.DATA_DIR,
      TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS,
      TASK_QUEUE_SUFFIX: config.TASK_QUEUE_SUFFIX,
      INTERNAL_URL: config.internalUrl,
      WORKERS_METRICS_PORT: String(await freePort()),
      AI_REPAIR_ROUNDS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  let output = ''
  const working = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        logs.push(text)
        if (output.includes('"working"')) resolve()
      })
  })
  await Promise.race([
    working,
    gone.then(([code]) => Promise.reject(new Error(`the worker process ended with ${code}:\n${output}`))),
  ])
  return {
    pid: child.pid as number,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
