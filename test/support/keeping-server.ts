import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { GOOD } from './model-behaviours.ts'

interface Kept {
  readonly id: string
  readonly events: object[]
  /** No more events come. */
  done: boolean
  cancelled: boolean
}

export interface KeepingServer extends AsyncDisposable {
  readonly url: string
  /** Answers that were asked for, each of which has to be paid. */
  readonly posted: readonly Kept[]
  /** Readings of kept answers, in order: the id, and the event that they begin after. */
  readonly readings: { readonly id: string; readonly after: number | null }[]
  /** Writes no further than this many events until it is raised. */
  pauseAt(events: number): void
  /** Ends the next connections when so many events went out over each. */
  breakAfter(...events: number[]): void
  /** The next readings are answered with these statuses. */
  refuse(...statuses: number[]): void
  forgetAll(): void
  reset(): void
}

const PIECE = 200

/** OpenAI's `/responses` with `background: true`: it writes on when nobody listens, and what it wrote can be read from any event on. */
export async function startKeepingServer(): Promise<KeepingServer> {
  const posted: Kept[] = []
  const known = new Map<string, Kept>()
  const readings: KeepingServer['readings'] = []
  let limit = Infinity
  let breaks: number[] = []
  let refusals: number[] = []

  const write = async (kept: Kept) => {
    const text = GOOD
    const usage = { input_tokens: 120, output_tokens: 480 }
    const whole = {
      ...{ id: kept.id, object: 'response', status: 'completed', model: 'm', usage },
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
    }
    const all: object[] = [
      { type: 'response.created', response: { id: kept.id, status: 'queued' } },
      ...(text.match(new RegExp(`[\\s\\S]{1,${PIECE}}`, 'g')) ?? []).map((delta) => ({
        type: 'response.output_text.delta',
        delta,
      })),
      { type: 'response.completed', response: whole },
    ].map((event, sequence_number) => ({ ...event, sequence_number }))
    for (const event of all) {
      while (kept.events.length >= limit && !kept.cancelled) await sleep(10)
      if (kept.cancelled) break
      kept.events.push(event)
    }
    kept.done = true
  }
  const show = async (kept: Kept, from: number, res: http.ServerResponse) => {
    const breakAt = breaks.shift() ?? Infinity
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.flushHeaders()
    for (let i = from; !res.destroyed; i++) {
      while (kept.events[i] === undefined && !kept.done && !res.destroyed) await sleep(10)
      const event = kept.events[i]
      if (event === undefined) return void res.end()
      // The bytes leave before the connection ends.
      if (i - from >= breakAt) return void setTimeout(() => res.socket?.destroy(), 50)
      res.write(`data: ${JSON.stringify(event)}\n\n`)
    }
  }
  const no = (res: http.ServerResponse, status: number) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"message":"no such response"}}')

  const serve = async (req: http.IncomingMessage, res: http.ServerResponse): Promise<void> => {
    let raw = ''
    for await (const chunk of req.setEncoding('utf8')) raw += chunk
    const url = new URL(req.url ?? '', 'http://localhost')
    const [, id = '', cancel] = /\/responses\/([^/]+)(\/cancel)?$/.exec(url.pathname) ?? []
    const kept = known.get(id)
    if (req.method === 'POST' && url.pathname === '/v1/responses') {
      const body = JSON.parse(raw) as { background?: boolean; store?: boolean; stream?: boolean }
      if (!body.background || !body.store || !body.stream) return no(res, 400)
      const made: Kept = { id: `resp_${posted.length + 1}`, events: [], done: false, cancelled: false }
      posted.push(made)
      known.set(made.id, made)
      void write(made)
      return show(made, 0, res)
    }
    if (req.method === 'POST' && cancel && kept) {
      kept.cancelled = true
      return void res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    const after = url.searchParams.get('starting_after')
    readings.push({ id, after: after === null ? null : Number(after) })
    const refusal = refusals.shift() ?? (kept ? undefined : 404)
    if (refusal !== undefined || !kept) return no(res, refusal ?? 404)
    return show(kept, after === null ? 0 : Number(after) + 1, res)
  }
  const server = http.createServer((req, res) => void serve(req, res).catch(() => req.socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    posted,
    readings,
    pauseAt: (events) => void (limit = events),
    breakAfter: (...events) => void (breaks = events),
    refuse: (...statuses) => void (refusals = statuses),
    forgetAll: () => known.clear(),
    reset() {
      for (const kept of posted) kept.cancelled = true
      for (const list of [posted, readings, breaks, refusals]) list.length = 0
      known.clear()
      limit = Infinity
    },
    async [Symbol.asyncDispose]() {
      for (const kept of posted) kept.cancelled = true
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
