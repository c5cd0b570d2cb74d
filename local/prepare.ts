import { fileURLToPath } from 'node:url'
import { CannotStart } from './data-folder.ts'
import { describeExit, lastLines, launch, logEnd } from './processes/running.ts'

export interface Prepared {
  /** Lets the Web UI of this machine ask the codec server; null where there is none. */
  readonly codecToken: string | null
  /** In the path of pages for developers; null where there are none. */
  readonly devPages: string | null
}

/** What `preparation.ts` tells its parent. */
export type PreparationMessage =
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'failed'; readonly text: string }
  | ({ readonly type: 'prepared' } & Prepared)

export interface PrepareOptions {
  /** With the addresses of the databases and the data folder. */
  readonly env: NodeJS.ProcessEnv
  readonly log: string
  readonly onStep: (line: string) => void
  readonly onSpawn: (pid: number) => void
}

const PROGRAM = fileURLToPath(new URL('./prepare-main.ts', import.meta.url))
const STOP_WITHIN_MS = 5_000

/**
 * Migrates the databases and makes the keys that are missing.
 * @throws CannotStart with the one message for the person
 */
export async function prepare({ env, log, onStep, onSpawn }: PrepareOptions): Promise<Prepared> {
  const since = logEnd(log)
  const running = await launch({
    command: process.execPath,
    args: [PROGRAM],
    env,
    log,
    ipc: true,
    stopSignal: 'SIGTERM',
    stopWithinMs: STOP_WITHIN_MS,
    onSpawn,
  })
  const { promise, resolve, reject } = Promise.withResolvers<Prepared>()
  running.child.on('message', (message: PreparationMessage) => {
    if (message.type === 'step') return onStep(message.text)
    if (message.type === 'prepared') resolve({ codecToken: message.codecToken, devPages: message.devPages })
    else reject(new CannotStart(message.text))
    // It ends when nobody listens any more.
    running.child.disconnect()
  })
  void running.exited.then((exit) =>
    reject(
      new CannotStart(`The preparation of the databases ${describeExit(exit)}. ${log}:\n${lastLines(log, since)}`),
    ),
  )
  const prepared = await promise
  await running.exited
  return prepared
}
