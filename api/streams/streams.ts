import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { ParameterizedContext } from 'koa'
import { joinSignals } from '../../network/joined-signal.ts'
import { count } from '../../telemetry/tally.ts'
import type { Caller } from '../http/caller.ts'
import type { RequestState } from '../http/middleware/state.ts'
import type { Batch, EventSource, ServerEvent } from './event-source.ts'
import type { SessionWatch } from './session-watch.ts'
import type { Slots } from './slots.ts'

/** Proxies and browsers drop a connection that says nothing for long; a comment keeps it (contract: every 15 s of silence). */
const SILENCE_MS = 15_000
/** Every stream ends so long after its beginning, so that going on is tried always and not only when something broke. */
const CUT_MS = 60_000

type Context = ParameterizedContext<RequestState>

/** What a request listens to. */
export interface Listening {
  readonly source: EventSource
  /** A stream, or (milliseconds) one answer with the first events that there are within them. */
  readonly waitMs: number | undefined
}

/** Whose session it is; nobody's, of an address: what everyone may see. */
interface ListenedBy {
  readonly user: Caller | undefined
  readonly ip: string
}

/** All who listen at a process. */
export interface Streams {
  /**
   * Answers the request with server-sent events as they come, or with a page of them; until the client is gone, its session or token has
   * ended, the process drains, or a minute is over.
   * @throws AppError rate.limited
   */
  answer(ctx: Context, listening: Listening, by: ListenedBy): Promise<void>
  /** How many are open: a gauge for metrics. */
  readonly size: number
  /** Ends all of them, and each new one at once: clients come back, to another process, with their `Last-Event-ID`. */
  close(): void
}

export function createStreams({
  slots,
  sessions,
  silenceMs = SILENCE_MS,
  cutMs = CUT_MS,
}: {
  slots: Slots
  sessions: SessionWatch
  silenceMs?: number | undefined
  cutMs?: number | undefined
}): Streams {
  const draining = new AbortController()
  let size = 0

  return {
    get size() {
      return size
    },
    close: () => draining.abort(),
    answer: async (ctx, { source, waitMs }, { user, ip }) => {
      const free = await slots.take(user ? { person: user.id } : { address: ip })
      size += 1
      const over = new AbortController()
      const forget = user && sessions.watch(user, () => over.abort())
      ctx.res.on('close', () => over.abort())
      if (ctx.res.closed) over.abort()
      const cut = new AbortController()
      const cutting = setTimeout(() => cut.abort(), cutMs)
      /** What ends it before its source does; of several the first counts. */
      const ends = { drained: draining.signal, gone: over.signal, cut: cut.signal }
      const signal = AbortSignal.any(Object.values(ends))
      const done = () => {
        clearTimeout(cutting)
        size -= 1
        forget?.()
        free()
      }
      if (waitMs === undefined) {
        count('scenor_streams_opened_total', { resumed: ctx.get('last-event-id') === '' ? 'no' : 'yes' })
        write(ctx, source, signal, silenceMs, (failed) => {
          const [ended] = Object.entries(ends).find(([, { aborted }]) => aborted) ?? [failed ? 'failed' : 'done']
          count('scenor_streams_ended_total', { reason: ended })
          done()
        })
      } else
        try {
          tell(ctx, source, await firstOf(source, waitMs, signal))
        } finally {
          done()
        }
    },
  }
}

/** The first events there are; none when the time is over, or nobody may hear them any more. */
async function firstOf(source: EventSource, waitMs: number, signal: AbortSignal): Promise<Batch> {
  using limited = joinSignals([signal], waitMs)
  try {
    for await (const batch of source.batches(limited.signal)) if (batch.events.length > 0 || batch.closed) return batch
  } catch (error) {
    if (!limited.signal.aborted) throw error
  }
  return { events: [], closed: false }
}

function tell(ctx: Context, { after }: EventSource, { events, closed }: Batch): void {
  const named = events.map(({ id, event, data }) => ({ id: String(id), event, data }))
  ctx.status = 200
  ctx.type = 'application/json'
  ctx.body = JSON.stringify({ events: named, last_id: named.at(-1)?.id ?? after, closed })
}

function write(
  ctx: Context,
  source: EventSource,
  signal: AbortSignal,
  silenceMs: number,
  done: (failed: boolean) => void,
): void {
  const body = new PassThrough()
  let failed = false
  let timer: NodeJS.Timeout
  /** Waits while the client reads slowly, so that a slow one costs no memory. */
  const put = async (text: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => void put(': still here\n\n').catch(() => {}), silenceMs)
    if (!body.write(text)) await once(body, 'drain', { signal })
  }
  const send = async ({ id, event, data }: ServerEvent) => {
    signal.throwIfAborted()
    await put(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const all = async () => {
    await put(': hello\n\n')
    for await (const { events } of source.batches(signal)) for (const event of events) await send(event)
  }
  const end = () => {
    clearTimeout(timer)
    body.end()
  }
  body.on('error', () => {})
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
  void all()
    .catch((error: unknown) => {
      failed = true
      if (!signal.aborted) ctx.state.log.warn({ err: error, route: ctx.state.route }, 'an event stream broke off')
    })
    .finally(() => {
      end()
      done(failed)
    })
}
