import { spawn } from 'node:child_process'

export interface LimitedRun {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** It is ended after this, milliseconds. */
  readonly withinMs: number
  /** Called every second; false ends the program before its time. */
  readonly onSecond?: (elapsedSeconds: number) => boolean | undefined
}

/** Runs a program to its end and gives its output. Ends it, and what it started, when its time is over. */
export function limitedRun({ command, args, withinMs, onSecond, ...as }: LimitedRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const started = Date.now()
    // A group of its own: a compiler started by `go` must end with it.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...as })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    let cut = false
    const stop = () => {
      cut = true
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // Ended by itself in this very moment.
      }
    }
    const limit = setTimeout(stop, withinMs)
    const tick = setInterval(() => onSecond?.(Math.round((Date.now() - started) / 1000)) === false && stop(), 1000)
    const interrupted = () => stop()
    process.once('exit', interrupted)
    const done = () => {
      clearTimeout(limit)
      clearInterval(tick)
      process.off('exit', interrupted)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('close', (code, signal) => {
      done()
      const output = Buffer.concat(said).toString('utf8').trim()
      if (code === 0) resolve(output)
      else if (cut) reject(new Error(`gave up after ${Math.round((Date.now() - started) / 1000)} s`))
      else reject(new Error(output.split('\n').slice(-3).join(' ') || `ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}
