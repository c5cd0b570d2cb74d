import { setTimeout as sleep } from 'node:timers/promises'
import { PortTaken } from './ports.ts'
import { describeExit, type Running } from './running.ts'

export interface KeepOptions<T extends Running> {
  readonly name: string
  /** Starts it and waits until it serves. Called again, with the same ports, whenever it has ended. */
  readonly start: () => Promise<T>
  /** Ends the process that `start` waits for, so that a stop need not await its readiness. */
  readonly endStarting: () => Promise<unknown>
  readonly say: (line: string) => void
  /** Told when its port is somebody else's for good: it is not started again. */
  readonly gaveUp: (error: Error) => void
  readonly firstDelayMs?: number
  readonly longestDelayMs?: number
}

/** A process that is started again whenever it ends, until it is told to stop. */
export interface Kept<T extends Running> {
  /** The newest one. */
  readonly current: () => T
  readonly stop: () => Promise<void>
}

/** One that lived so long is not one that cannot live: its next failure starts at the shortest delay again. */
const HEALTHY_AFTER_MS = 60_000
/** Starts in a row that find the port taken, 15 s in all: what has it by then keeps it, and the others have its address. */
const MAX_TAKEN = 5

/** Starts it, and keeps it running. A failure of the first start is the caller's; later ones are tried again with growing delays. */
export async function keepRunning<T extends Running>(options: KeepOptions<T>): Promise<Kept<T>> {
  const { name, start, endStarting, say, gaveUp, firstDelayMs = 500, longestDelayMs = 30_000 } = options
  const stopping = new AbortController()
  let current = await start()
  let starting = false

  const watch = async () => {
    let delayMs = firstDelayMs
    let since = Date.now()
    let taken = 0
    let what = describeExit(await current.exited)
    while (!stopping.signal.aborted) {
      if (Date.now() - since > HEALTHY_AFTER_MS) delayMs = firstDelayMs
      say(`${name} ${what}; starting it again in ${delayMs / 1000} s`)
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      delayMs = Math.min(delayMs * 2, longestDelayMs)
      starting = true
      try {
        current = await start()
      } catch (error) {
        what = `did not start (${(error as Error).message})`
        taken = error instanceof PortTaken ? taken + 1 : 0
        if (taken === MAX_TAKEN) return gaveUp(new Error(`${name} ${what}; give it another port, or end that process`))
        continue
      } finally {
        starting = false
      }
      since = Date.now()
      taken = 0
      if (stopping.signal.aborted) return void (await current.stop())
      say(`${name} serves again (pid ${current.pid})`)
      what = describeExit(await current.exited)
    }
  }
  const watching = watch()

  return {
    current: () => current,
    async stop() {
      stopping.abort()
      await (starting ? endStarting() : current.stop())
      await watching
    },
  }
}
