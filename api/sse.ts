import { PassThrough } from 'node:stream'
import { once } from 'node:events'
import type { ParameterizedContext } from 'koa'
import type { RequestState } from './middleware/state.ts'

/** Proxies and browsers drop a connection that says nothing for long; a comment keeps it (contract: every 15 s of silence). */
const SILENCE_MS = 15_000

export interface ServerEvent {
  /** Comes back as `Last-Event-ID`: whoever reads on gets what follows it. */
  readonly id: string | number
  readonly event: string
  /** Sent as JSON, on one line. */
  readonly data: unknown
}

/** One client that listens. */
export interface EventStream {
  /** Waits while the client reads slowly, so that a slow one costs no memory. */
  send(event: ServerEvent): Promise<void>
  /** Aborts when the client is gone or the process drains. */
  readonly signal: AbortSignal
}

/** Writes until all is said; the stream ends when it resolves. */
export type StreamWriter = (stream: EventStream) => Promise<void>

/** All open event streams of a process. */
export interface Streams {
  /** Answers the request with a stream of server-sent events. */
  open(ctx: ParameterizedContext<RequestState>, write: StreamWriter): void
  /** How many are open: a gauge for metrics. */
  readonly size: number
  /** Ends all of them, and each new one at once: clients come back, to another process, with their `Last-Event-ID`. */
  close(): void
}

export function createStreams({ silenceMs = SILENCE_MS }: { silenceMs?: number } = {}): Streams {
  const draining = new AbortController()
  const open = new Set<PassThrough>()

  return {
    get size() {
      return open.size
    },
    close: () => draining.abort(),
    open(ctx, write) {
      const body = new PassThrough()
      open.add(body)
      const gone = new AbortController()
      const signal = AbortSignal.any([gone.signal, draining.signal])
      let timer: NodeJS.Timeout
      const put = async (text: string) => {
        clearTimeout(timer)
        timer = setTimeout(() => void put(': still here\n\n').catch(() => {}), silenceMs)
        if (!body.write(text)) await once(body, 'drain', { signal })
      }
      const send = async ({ id, event, data }: ServerEvent) => {
        signal.throwIfAborted()
        await put(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
      const end = () => {
        clearTimeout(timer)
        open.delete(body)
        body.end()
      }
      body.on('error', () => gone.abort())
      ctx.res.on('close', () => gone.abort())
      signal.addEventListener('abort', end)

      ctx.status = 200
      ctx.set({
        'Content-Type': 'text/event-stream; charset=utf-8',
        // A gateway that collects or compresses would hold the events back.
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      })
      ctx.body = body
      ctx.flushHeaders()
      void put(': hello\n\n')
        .then(() => write({ send, signal }))
        .catch((error: unknown) => {
          if (!signal.aborted) ctx.state.log.warn({ err: error, route: ctx.state.route }, 'an event stream broke off')
        })
        .finally(end)
    },
  }
}
