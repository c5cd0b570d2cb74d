import { Worker } from 'node:worker_threads'
import { AppError } from '../errors/errors.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Job, JobAnswer } from './jobs.ts'
import { count, observe } from '../telemetry/tally.ts'
import { createTurns } from './turns.ts'

/** Milliseconds that a new thread may take to load, before the time of its first job begins to count. */
const LOAD_LIMIT_MS = 20_000
/** MiB of heap of the thread; a script that needs more ends the thread and not the process. */
const HEAP_MIB = 384
/**
 * Jobs that may wait for their turn, of one person and of all; beyond it the caller is told to come back. It bounds memory: a script came
 * in one request of a MiB at most, so that 200 hold 200 MiB, and with usual ones of 20 KiB 4 MiB.
 */
const MAX_WAITING = { each: 50, all: 200 }

export interface OffThreadOptions {
  readonly logger: Logger
  /** Milliseconds that one job may take. */
  readonly timeLimitMs: number
  /** Milliseconds that a job may wait for its turn: by then its request has been answered, and nobody would take it. */
  readonly waitLimitMs: number
  /** Bytes of what is made. */
  readonly sizeLimit: number
  /** What runs on the thread. */
  readonly program: URL
}

export interface OffThread<Work> {
  /**
   * @param person id of the person who waits for it: people take turns
   * @param what it is, for the log
   * @throws AppError scenario.export_failed when it takes too long, is too large or cannot be made; service.unavailable when too many wait,
   *   or when it waited until its request was over
   */
  run(work: Work, person: string, what: string): Promise<Buffer>
  /** Jobs that wait for their turn. */
  waiting(): number
  close(): Promise<void>
}

interface Waiting<Work> {
  /** `performance.now()` when it came. */
  readonly since: number
  readonly job: Job<Work>
  readonly what: string
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (error: Error) => void
}

/**
 * Does jobs on a thread of its own, one at a time, so that a large one holds up no other request; people take turns, so that one person's
 * fifty do not hold up another's one. A job that takes too long is ended with its thread; the next one gets a new thread.
 */
export function createOffThread<Work>(options: OffThreadOptions): OffThread<Work> {
  const { logger, timeLimitMs, waitLimitMs, sizeLimit, program } = options
  const turns = createTurns<Waiting<Work>>(MAX_WAITING)
  let worker: Worker | undefined
  const loaded = new WeakSet<Worker>()
  let current: Waiting<Work> | undefined
  let timer: NodeJS.Timeout | undefined
  let nextId = 0

  const failed = (reason: string, what: string) => {
    logger.warn({ reason, format: what }, 'an export failed')
    count('scenor_exports_total', { format: what, outcome: 'failed' })
    return new AppError('scenario.export_failed', { headers: { 'Retry-After': '5' } })
  }
  const finish = (settle: (waiting: Waiting<Work>) => void) => {
    clearTimeout(timer)
    const done = current
    current = undefined
    if (done) settle(done)
    next()
  }
  const drop = (reason: string, gone: Worker) => {
    if (gone !== worker) return
    worker = undefined
    void gone.terminate()
    if (current) finish(({ reject, what }) => reject(failed(reason, what)))
  }
  const limit = (running: Worker) => {
    clearTimeout(timer)
    const ms = loaded.has(running) ? timeLimitMs : LOAD_LIMIT_MS
    timer = setTimeout(() => drop('took too long', running), ms)
  }
  const start = (): Worker => {
    const made = new Worker(program, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
      execArgv: [],
    })
    made.on('message', (answer: JobAnswer) => {
      if ('loaded' in answer) {
        loaded.add(made)
        if (current && made === worker) limit(made)
        return
      }
      if (answer.id !== current?.job.id) return
      finish(({ since, resolve, reject, what }) => {
        if ('failed' in answer) return reject(failed(answer.failed, what))
        if (answer.bytes.byteLength > sizeLimit) return reject(failed('too large', what))
        count('scenor_exports_total', { format: what, outcome: 'made' })
        observe('scenor_export_seconds', { format: what }, (performance.now() - since) / 1000)
        resolve(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength))
      })
    })
    made.on('error', (error) => drop(error.name, made))
    made.on('exit', () => drop('the thread ended', made))
    // An idle thread keeps no process alive.
    made.unref()
    return made
  }
  const busy = (what: string) => {
    count('scenor_exports_total', { format: what, outcome: 'turned_away' })
    return new AppError('service.unavailable', { headers: { 'Retry-After': '5' } })
  }
  /** The job whose turn it is; those that waited too long are given up without being done. */
  const takeTurn = (): Waiting<Work> | undefined => {
    const first = turns.take()
    if (!first || performance.now() - first.since <= waitLimitMs) return first
    first.reject(busy(first.what))
    return takeTurn()
  }
  const next = () => {
    if (current) return
    current = takeTurn()
    if (!current) return
    const running = (worker ??= start())
    limit(running)
    running.postMessage(current.job)
  }
  return {
    run: (work, person, what) =>
      new Promise((resolve, reject) => {
        const since = performance.now()
        if (!turns.add(person, { since, job: { id: nextId++, work }, what, resolve, reject })) return reject(busy(what))
        next()
      }),
    waiting: turns.waiting,
    close: async () => {
      clearTimeout(timer)
      const last = worker
      worker = undefined
      await last?.terminate()
    },
  }
}
