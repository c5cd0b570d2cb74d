import type { Config } from '../../config.ts'
import { PortTaken } from './ports.ts'
import { describeExit, lastLines, launch, logEnd, type Running } from './running.ts'

/** A process of ours beside the servers: it sends `{ type: 'ready' }` when it serves, and ends on SIGTERM. */
export interface ChildSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly port: number | null
  /** What it lets come to its end when it is told to stop, milliseconds; default nothing. */
  readonly drainMs?: (config: Config) => number
}

export interface ChildOptions {
  readonly spec: ChildSpec
  /** After this it is killed when it was told to stop, milliseconds. */
  readonly stopWithinMs: number
  readonly env: NodeJS.ProcessEnv
  readonly log: string
  readonly onSpawn: (pid: number) => void
}

const READY_WITHIN_MS = 60_000

/** Starts the child and waits for its word that it serves. */
export async function startChild({ spec, stopWithinMs, env, log, onSpawn }: ChildOptions): Promise<Running> {
  const since = logEnd(log)
  const running = await launch({
    command: spec.command,
    args: spec.args,
    env,
    log,
    ipc: true,
    stopSignal: 'SIGTERM',
    stopWithinMs,
    onSpawn,
  })
  const { promise: readiness, resolve, reject } = Promise.withResolvers<void>()
  const late = setTimeout(() => reject(new Error(`was not ready within ${READY_WITHIN_MS / 1000} s`)), READY_WITHIN_MS)
  running.child.on('message', (message) => isReady(message) && resolve())
  void running.exited.then((exit) => reject(new Error(describeExit(exit))))
  try {
    await readiness
    return running
  } catch (error) {
    running.kill()
    await running.exited
    const lines = lastLines(log, since)
    const taken = /EADDRINUSE[^\n]*?:(\d+)/.exec(lines)?.[1]
    if (taken !== undefined) throw new PortTaken(Number(taken), { cause: error })
    throw new Error(`${spec.name} ${(error as Error).message}. The last lines of ${log}:\n${lines}`, {
      cause: error,
    })
  } finally {
    clearTimeout(late)
  }
}

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
