import { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Exported, Format } from './format.ts'
import type { RenderAnswer, RenderJob } from './thread.ts'

/**
 * Milliseconds that one file may take, below what a request may. A 30-minute script as PDF takes 0.4 s of a core, the largest that is
 * taken at all 3 s; the rest is for machines on which others work.
 */
const TIME_LIMIT_MS = 25_000
/** Milliseconds that a new thread may take to load, before the time of its first file begins to count. */
const LOAD_LIMIT_MS = 20_000
/** Bytes of a file. The largest script that fits a request makes 3 MiB. */
const SIZE_LIMIT = 16 * 1024 * 1024
/** MiB of heap of the thread; a script that needs more ends the thread and not the process. */
const HEAP_MIB = 384
/** Files that may wait for their turn; beyond it the caller is told to come back. */
const MOST_WAITING = 50

export interface Renderer {
  /** @throws AppError scenario.export_failed when it takes too long, is too large or cannot be made; service.unavailable when too many wait */
  render(format: Format, doc: Exported): Promise<Buffer>
  close(): Promise<void>
}

export interface RendererOptions {
  readonly logger: Logger
  readonly timeLimitMs?: number
  /** Bytes. */
  readonly sizeLimit?: number
  /** What runs on the thread. */
  readonly program?: URL
}

interface Waiting {
  readonly job: RenderJob
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (error: Error) => void
}

/**
 * Renders exports on a thread of its own, one at a time, so that a large PDF holds up no other request. A job that takes too long
 * is ended with its thread; the next one gets a new thread.
 */
export function createRenderer({
  logger,
  timeLimitMs = TIME_LIMIT_MS,
  sizeLimit = SIZE_LIMIT,
  program = new URL('./thread.ts', import.meta.url),
}: RendererOptions): Renderer {
  const queue: Waiting[] = []
  let worker: Worker | undefined
  const loaded = new WeakSet<Worker>()
  let current: Waiting | undefined
  let timer: NodeJS.Timeout | undefined
  let nextId = 0

  const failed = (reason: string, format: Format) => {
    logger.warn({ reason, format }, 'an export failed')
    return new AppError('scenario.export_failed', { headers: { 'Retry-After': '5' } })
  }
  const finish = (settle: (waiting: Waiting) => void) => {
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
    if (current) finish(({ reject, job }) => reject(failed(reason, job.format)))
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
    made.on('message', (answer: RenderAnswer) => {
      if ('loaded' in answer) {
        loaded.add(made)
        if (current && made === worker) limit(made)
        return
      }
      if (answer.id !== current?.job.id) return
      finish(({ resolve, reject, job }) => {
        if ('failed' in answer) return reject(failed(answer.failed, job.format))
        if (answer.bytes.byteLength > sizeLimit) return reject(failed('too large', job.format))
        resolve(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength))
      })
    })
    made.on('error', (error) => drop(error.name, made))
    made.on('exit', () => drop('the thread ended', made))
    // An idle thread keeps no process alive.
    made.unref()
    return made
  }
  const next = () => {
    if (current) return
    current = queue.shift()
    if (!current) return
    const running = (worker ??= start())
    limit(running)
    running.postMessage(current.job)
  }
  return {
    render: (format, doc) =>
      new Promise((resolve, reject) => {
        if (queue.length >= MOST_WAITING)
          return reject(new AppError('service.unavailable', { headers: { 'Retry-After': '5' } }))
        queue.push({ job: { id: nextId++, format, doc }, resolve, reject })
        next()
      }),
    close: async () => {
      clearTimeout(timer)
      const last = worker
      worker = undefined
      await last?.terminate()
    },
  }
}
