import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../local/temporal/cache-folder.mjs'
import type { System } from './system.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Program {
  readonly child: ChildProcess & { readonly pid: number }
  /** Resolves when it has ended. */
  readonly gone: Promise<unknown>
}

/**
 * A process as it is deployed, beside a system of a test: same databases, same keys, same task queues.
 * @param begun resolves when it is at work; `said` is what it has said so far
 * @throws Error with what it said when it ends before
 */
export async function startProgram(
  { config, databases, logs }: Pick<System, 'config' | 'databases' | 'logs'>,
  program: 'api' | 'workers',
  env: Readonly<Record<string, string>>,
  begun: (said: () => string) => Promise<unknown>,
): Promise<Program> {
  const child = spawn(process.execPath, [`${program}/main.ts`], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: compileCache(process.env),
      ...databases.env,
      DATA_DIR: config.DATA_DIR,
      TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS,
      TASK_QUEUE_SUFFIX: config.TASK_QUEUE_SUFFIX,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      logs.push(text)
    })
  await Promise.race([
    begun(() => output),
    gone.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}:\n${output}`))),
  ])
  return { child: child as Program['child'], gone }
}
