import { flushCompileCache } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './telemetry/logger.ts'

/** How long a stop may take beside what it drains. Whoever kills a process that does not end waits a second longer (`endsWithinMs`). */
const STOP_LIMIT_MS = 14_000

/** After how long a process that was told to stop is gone, milliseconds. @param drainMs what it lets come to its end */
export const endsWithinMs = (drainMs: number): number => drainMs + STOP_LIMIT_MS + 1_000

export interface Stoppable {
  stop(): Promise<void>
}

export interface Lifecycle extends Stoppable {
  /** Registers what must be stopped. Stops run in the reverse order of registration. */
  onStop(name: string, stop: () => Promise<void> | void): void
  /** Stops everything once; later calls wait for the same stop. */
  stop(reason?: string): Promise<void>
  /** Stops everything because a part cannot go on; a process ends with code 1 then. */
  fail(reason: string): Promise<void>
  /** True from the moment a stop began: readiness answers 503 then. */
  readonly stopping: boolean
}

/**
 * The ordered start and reverse-order stop of what a composition root makes.
 * @param options.exit ends the process; absent where the process is not ours to end (a test)
 * @param options.drainMs how long what others do for it may take to come to its end
 */
export function createLifecycle(
  logger: Logger,
  { exit = () => {}, drainMs = 0 }: { readonly exit?: (code: number) => void; readonly drainMs?: number } = {},
): Lifecycle {
  const stops: { name: string; stop: () => Promise<void> | void }[] = []
  let stopped: Promise<void> | undefined

  const run = async (reason: string) => {
    logger.info({ reason }, 'stopping')
    const late = setTimeout(() => {
      logger.error('the stop took too long')
      exit(1)
    }, drainMs + STOP_LIMIT_MS)
    late.unref()
    for (const { name, stop } of stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        logger.error({ err: error, name }, 'a part did not stop cleanly')
      }
    }
    clearTimeout(late)
    logger.info('stopped')
  }
  const lifecycle: Lifecycle = {
    onStop: (name, stop) => void stops.push({ name, stop }),
    stop: (reason = 'asked to') => (stopped ??= run(reason)),
    fail: (reason) => lifecycle.stop(reason).then(() => exit(1)),
    get stopping() {
      return stopped !== undefined
    },
  }
  return lifecycle
}

/**
 * The lifecycle of this process. SIGTERM, SIGINT and SIGHUP stop it; an error nobody caught is logged and ends it with code 1, because
 * its state is unknown then and the supervisor starts a clean one.
 */
export function createProcessLifecycle(
  logger: Logger,
  drainMs: number,
): Lifecycle & {
  /** Tells a supervising parent process that this one serves. */
  ready(): void
} {
  const exit = (code: number) => process.exit(code)
  const lifecycle = createLifecycle(logger, { exit, drainMs })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => void lifecycle.stop(signal).then(() => exit(0)))
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error nobody caught')
    void lifecycle.fail('uncaughtException')
  })
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a rejection nobody caught')
    void lifecycle.fail('unhandledRejection')
  })
  const ready = () => {
    process.send?.({ type: 'ready' })
    // Else only a process that ends by itself leaves its compiled code: who is started again after a kill would begin without it.
    flushCompileCache()
  }
  return Object.assign(lifecycle, { ready })
}

/** Stops them beside each other. @throws what the first of those threw that did not stop, when all are through */
export async function stopAll(parts: Iterable<Stoppable>): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from(parts, (part) => part.stop()))
  const failed = outcomes.find((o) => o.status === 'rejected')
  if (failed) throw failed.reason
}

/** What a round of a loop may wait with. */
export interface Turn {
  /** Aborted when the loop is to stop. */
  readonly signal: AbortSignal
  /**
   * Ends early when the loop is woken, at once when it was since the last rest, or stops.
   * @param apartMs woken or not, one turn in so much time, or two where there was none for long: what comes meanwhile is one turn's work,
   * not a turn each
   */
  rest(ms: number, apartMs?: number): Promise<void>
  /** Ends early when the loop stops. */
  pause(ms: number): Promise<void>
}

/** A loop as operators see it. */
export interface LoopState {
  readonly name: string
  /** Seconds for which the round at work has neither ended nor rested; 0 between two rounds. */
  readonly silentS: number
}

const looping = new Map<object, () => LoopState>()

/** The loops of this process that are not stopped: what liveness and metrics know of them. */
export const runningLoops = (): LoopState[] => Array.from(looping.values(), (state) => state())

export interface Loop extends Stoppable {
  /** Ends the rest between two rounds, or the next one. */
  wake(): void
  /** Resolves when the round at work is through. */
  stop(): Promise<void>
}

/**
 * Runs rounds one after another until it is stopped. The first one begins at once.
 * @param loop.name as operators see it; absent for one whose round waits without an end, as a reader of a stream does
 * @param loop.round resolves with the milliseconds to rest before the next one
 * @param loop.failed told of a round that threw and of how many did in a row; returns the milliseconds to pause, which nothing shortens
 */
export function runLoop(loop: {
  readonly name?: string
  readonly round: (turn: Turn) => Promise<number>
  readonly failed: (error: unknown, failures: number) => number
}): Loop {
  const stopping = new AbortController()
  const { signal } = stopping
  let woken = false
  let wakeUp = () => {}
  /** When the round began or last rested, on the clock of `performance.now()`; null while it rests. */
  let since: number | null = null
  const resting = async (rested: Promise<unknown>) => {
    since = null
    await rested
    since = performance.now()
  }
  /** When the last rest ended, and when the turns so far would end had each taken its time, one after the other. */
  let begun = performance.now()
  let taken = 0
  const rest = async (ms: number, apartMs = 0) => {
    if (ms > 0 && !woken && !signal.aborted)
      await resting(
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wakeUp = () => {
            clearTimeout(timer)
            resolve()
          }
        }),
      )
    if (apartMs > 0) {
      taken = Math.max(taken, begun) + apartMs
      const early = taken - apartMs - performance.now()
      if (early > 0) await pause(early)
    }
    woken = false
    begun = performance.now()
  }
  const pause = (ms: number) => resting(delay(ms, undefined, { signal }).catch(() => {}))
  const wake = () => {
    woken = true
    wakeUp()
  }
  const run = async () => {
    for (let failures = 0; !signal.aborted;) {
      since = performance.now()
      try {
        const ms = await loop.round({ signal, rest, pause })
        failures = 0
        await rest(ms)
      } catch (error) {
        await pause(loop.failed(error, ++failures))
      }
    }
  }
  const { name } = loop
  const self = {}
  if (name !== undefined)
    looping.set(self, () => ({ name, silentS: since === null ? 0 : (performance.now() - since) / 1000 }))
  const done = run()
  return {
    wake,
    stop: async () => {
      stopping.abort()
      wake()
      await done
      looping.delete(self)
    },
  }
}

/** Pauses that double from the first one to a limit, by the number of failures in a row. */
export const doubling = (firstMs: number, maxMs: number) => (failures: number) =>
  Math.min(firstMs * 2 ** (failures - 1), maxMs)

/** Tries until it succeeds. @throws the reason of the abort, when `signal` is aborted first */
export async function retry<T>(
  work: () => Promise<T>,
  options: {
    readonly backoffMs: (failures: number) => number
    readonly failed: (error: unknown) => void
    readonly signal?: AbortSignal
  },
): Promise<T> {
  const { backoffMs, failed, signal } = options
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      failed(error)
    }
    await delay(backoffMs(failures), undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
  }
}
