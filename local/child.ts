import { describeExit, lastLines, launch, logEnd, type Running } from './running.ts'

/** A process of ours beside the servers: it sends `{ type: 'ready' }` when it serves, and ends on SIGTERM. */
export interface ChildSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly port: number | null
}

export interface ChildOptions {
  readonly spec: ChildSpec
  readonly env: NodeJS.ProcessEnv
  readonly log: string
  readonly onSpawn: (pid: number) => void
}

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 15_000

/** Starts the child and waits for its word that it serves. */
export async function startChild({ spec, env, log, onSpawn }: ChildOptions): Promise<Running> {
  const since = logEnd(log)
  const running = await launch({
    command: spec.command,
    args: spec.args,
    env,
    log,
    ipc: true,
    stopSignal: 'SIGTERM',
    stopWithinMs: STOP_WITHIN_MS,
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
    throw new Error(`${spec.name} ${(error as Error).message}. The last lines of ${log}:\n${lastLines(log, since)}`, {
      cause: error,
    })
  } finally {
    clearTimeout(late)
  }
}

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
