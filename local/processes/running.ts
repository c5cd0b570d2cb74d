import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process of ours that serves. */
export interface Running {
  readonly pid: number
  /** Settles when it has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<Exit>
  /** Ends it, gently first; settles when it is gone. */
  stop(): Promise<void>
  /** Ends it now. */
  kill(): void
}

export interface LaunchOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly log: string
  readonly ipc?: boolean
  readonly uid?: number
  readonly gid?: number
  readonly cwd?: string
  readonly stopSignal: NodeJS.Signals
  /** After this it is killed, milliseconds. */
  readonly stopWithinMs: number
  /** Called in the same tick as the spawn, so that a record of the process exists before we can be killed. */
  readonly onSpawn?: ((pid: number) => void) | undefined
}

/**
 * Starts a process of its own group, so that Ctrl-C in the terminal reaches us alone and the order of the stop is ours. It writes to
 * its log file itself: through a pipe of ours its next line would fail once we are killed.
 */
export async function launch(options: LaunchOptions): Promise<Running & { readonly child: ChildProcess }> {
  const log = openLog(options.log)
  const { uid, gid, cwd } = options
  const child = spawn(options.command, options.args, {
    env: options.env,
    detached: true,
    stdio: options.ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(cwd !== undefined && { cwd }),
  })
  if (child.pid !== undefined) options.onSpawn?.(child.pid)
  closeSync(log)
  await once(child, 'spawn')
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.command} has no process id`)
  // An `error` after the spawn (a signal or message that could not be sent) is of no use here: the exit tells what counts.
  child.on('error', () => {})
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  return {
    child,
    pid,
    exited,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.kill(options.stopSignal)
      const hard = setTimeout(() => child.kill('SIGKILL'), options.stopWithinMs)
      await exited
      clearTimeout(hard)
    },
  }
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  return openSync(path, 'a', 0o600)
}

/** Where a log ends now, to read later only what came after. */
export function logEnd(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

/** The last lines of a log, for the message about a process that did not start. */
export function lastLines(path: string, since = 0, count = 12): string {
  try {
    return readFileSync(path).subarray(since).toString('utf8').trimEnd().split('\n').slice(-count).join('\n')
  } catch {
    return ''
  }
}

export const describeExit = ({ code, signal }: Exit): string =>
  signal ? `was ended by ${signal}` : `ended with exit code ${code}`
