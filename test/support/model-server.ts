import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the server does with one request. Fields combine: `delayMs` before anything else. */
export interface Behaviour {
  /** Milliseconds before the answer. */
  readonly delayMs?: number
  /** Answers when this has come, so that a test holds the call at a point of its choice. */
  readonly until?: Promise<unknown>
  /** Takes the request and never answers. */
  readonly hang?: true
  /** Ends the connection before the headers, or after them in the middle of the body. */
  readonly disconnect?: 'before_headers' | 'after_headers'
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The whole body as text, instead of a completion. */
  readonly body?: string
  /** The whole body as JSON, instead of a completion. */
  readonly json?: unknown
  /** The message's content; default: an answer that fits the schema of the request. `null` as some servers send it. */
  readonly content?: string | null
  readonly refusal?: string
  /** In the server's own word. */
  readonly finish?: string
  /** What it thinks aloud before it answers, in this field of the deltas. */
  readonly thinking?: { readonly field: string; readonly pieces: readonly string[]; readonly everyMs?: number }
  /** Events instead of a completion, each as the data of one; text is sent as it is. */
  readonly events?: readonly unknown[]
  /** What comes after all that, over and over, until the client leaves. */
  readonly endless?: { readonly text: string; readonly everyMs: number }
  /** The connection stays open after the answer. */
  readonly open?: true
  readonly choices?: readonly unknown[]
  readonly model?: string
  readonly usage?: unknown
  /** Milliseconds between pieces of the body, so that the answer drips. */
  readonly dripMs?: number
}

interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly raw: string
  readonly body: {
    model?: string
    stream?: boolean
    messages?: { role: string; content: string }[]
    response_format?: { type: string; json_schema: { name: string; strict: boolean; schema: Schema } }
    [key: string]: unknown
  }
  /** Characters of the body that were sent. */
  served: number
  /** The client went away before the answer was complete. */
  aborted: boolean
}

export interface ModelServer extends AsyncDisposable {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string
  readonly requests: RecordedRequest[]
  /** What surprised the server: a request that nobody planned, or one that is no chat completion. Look at it after each test. */
  readonly surprises: string[]
  /** Plans the next requests, one each. */
  plan(...behaviours: Behaviour[]): void
  /** Answers all unplanned requests so; `undefined` makes them surprises again. A function decides by the request. */
  always(behaviour: Behaviour | ((request: RecordedRequest) => Behaviour) | undefined): void
  reset(): void
  /** Resolves when the `n`-th request (from 1) has been read. */
  received(n: number): Promise<RecordedRequest>
}

type Schema = { readonly [key: string]: unknown }

/** A value for a strict schema, as a model without imagination would write it. */
export function answerFor(schema: Schema, key = 'root'): unknown {
  const {
    enum: words,
    type,
    properties,
    items,
  } = schema as { enum?: unknown[]; type?: string | string[]; properties?: object; items?: Schema }
  if (words) return words[0]
  const kind = Array.isArray(type) ? type.find((t) => t !== 'null') : type
  if (kind === 'object')
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, s]) => [name, answerFor(s as Schema, name)]))
  if (kind === 'array') return [1, 2, 3].map((n) => (items ? numbered(answerFor(items, key), n) : n))
  if (kind === 'number' || kind === 'integer') return 5
  if (kind === 'boolean') return false
  return `Проверочный текст (${key}): покажите товар крупным планом и назовите цену.`
}
const numbered = (value: unknown, n: number) => (typeof value === 'string' ? `${value} ${n}` : value)

/**
 * An OpenAI-compatible server on loopback that misbehaves on demand: chat completions, plain and streamed. A request that
 * was not planned is answered 500 and recorded as a surprise.
 */
export async function startModelServer(): Promise<ModelServer> {
  const requests: RecordedRequest[] = []
  const surprises: string[] = []
  const planned: Behaviour[] = []
  const waiting: { n: number; resolve: (request: RecordedRequest) => void }[] = []
  let fallback: Parameters<ModelServer['always']>[0]

  const server = http.createServer((req, res) => void serve(req, res).catch(() => req.socket.destroy()))
  // A kept connection that it closes by itself could meet the next request halfway, as an outage that no test planned.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  async function serve(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    let raw = ''
    for await (const chunk of req.setEncoding('utf8')) raw += chunk
    const path = req.url ?? ''
    const request: RecordedRequest = {
      method: req.method ?? '',
      path,
      headers: req.headers,
      raw,
      body: parse(raw),
      served: 0,
      aborted: false,
    }
    res.on('close', () => (request.aborted = !res.writableFinished))
    requests.push(request)
    for (const { n, resolve } of waiting) if (requests.length >= n) resolve(requests[n - 1]!)
    if (request.method !== 'POST' || !path.endsWith('/chat/completions')) surprises.push(`${request.method} ${path}`)
    const behaviour = planned.shift() ?? (typeof fallback === 'function' ? fallback(request) : fallback)
    if (!behaviour) {
      surprises.push(`unplanned request ${requests.length}`)
      return void res.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"unplanned"}}')
    }
    await behave(behaviour, request, res)
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    surprises,
    plan: (...behaviours) => void planned.push(...behaviours),
    always: (behaviour) => void (fallback = behaviour),
    reset() {
      for (const list of [requests, surprises, planned, waiting]) list.length = 0
      fallback = undefined
    },
    received: (n) =>
      new Promise((resolve) => (requests[n - 1] ? resolve(requests[n - 1]!) : waiting.push({ n, resolve }))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function behave(b: Behaviour, request: RecordedRequest, res: http.ServerResponse): Promise<void> {
  const { body } = request
  const write = (text: string) => {
    request.served += text.length
    res.write(text)
  }
  if (b.delayMs) await sleep(b.delayMs)
  await b.until
  if (b.hang) return
  if (b.disconnect === 'before_headers') return void res.socket?.destroy()
  const status = b.status ?? 200
  const streamed =
    b.events !== undefined || (body.stream === true && status === 200 && b.body === undefined && b.json === undefined)
  const text =
    b.body ??
    JSON.stringify(b.json ?? (status === 200 ? completion(b, body) : { error: { message: `planned ${status}` } }))
  const pieces = streamed ? events(b, body) : (text.match(/[\s\S]{1,400}/g) ?? [''])
  res.writeHead(status, { 'content-type': streamed ? 'text/event-stream' : 'application/json', ...b.headers })
  if (b.thinking && streamed) await think(b.thinking, write)
  for (const [i, piece] of pieces.entries()) {
    if (b.disconnect === 'after_headers' && i >= pieces.length / 2) return void res.socket?.destroy()
    if (res.destroyed) return
    write(piece)
    // The disconnect must come after these bytes have left, or the client sees no headers.
    if (b.dripMs || b.disconnect) await sleep(b.dripMs ?? 5)
  }
  if (b.disconnect === 'after_headers') return void res.socket?.destroy()
  while (b.endless && !res.destroyed) {
    write(b.endless.text)
    await sleep(b.endless.everyMs)
  }
  if (!b.open) res.end()
}

const contentOf = (b: Behaviour, body: RecordedRequest['body']): string | null => {
  if (b.content !== undefined) return b.content
  if (b.refusal) return null
  return JSON.stringify(answerFor(schemaIn(body) ?? schemaInWords(body)))
}

const schemaIn = ({ response_format }: RecordedRequest['body']): Schema | undefined =>
  response_format?.type === 'json_schema' ? response_format.json_schema.schema : undefined

/** Told in the prompt where nothing enforces it. */
function schemaInWords({ messages = [] }: RecordedRequest['body']): Schema {
  const told = /JSON Schema:\n(\{.*\})/.exec(messages.at(-1)?.content ?? '')?.[1]
  return told === undefined ? { type: 'object' } : (JSON.parse(told) as Schema)
}

const USAGE = { prompt_tokens: 120, completion_tokens: 480, total_tokens: 600 }

const completion = (b: Behaviour, body: RecordedRequest['body']) => ({
  id: 'chatcmpl-test',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: b.model ?? body.model,
  choices: b.choices ?? [
    {
      index: 0,
      finish_reason: b.finish ?? 'stop',
      message: { role: 'assistant', content: contentOf(b, body), refusal: b.refusal ?? null },
    },
  ],
  usage: b.usage === undefined ? USAGE : b.usage,
})

function events(b: Behaviour, body: RecordedRequest['body']): string[] {
  const chunk = (rest: object) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1_760_000_000, model: b.model ?? body.model, ...rest })}\n\n`
  const delta = (content: object, finish_reason: string | null = null) =>
    chunk({ choices: [{ index: 0, delta: content, finish_reason }] })
  if (b.events) return b.events.map((e) => (typeof e === 'string' ? e : `data: ${JSON.stringify(e)}\n\n`))
  const text = contentOf(b, body) ?? ''
  if (b.choices) return [chunk({ choices: b.choices }), 'data: [DONE]\n\n']
  return [
    ...(b.refusal ? [delta({ role: 'assistant', refusal: b.refusal })] : []),
    ...(text.match(/[\s\S]{1,80}/g) ?? []).map((content) => delta({ role: 'assistant', content })),
    ...(b.endless || b.open ? [] : [delta({}, b.finish ?? 'stop')]),
    ...(b.endless || b.open ? [] : [chunk({ choices: [], usage: b.usage === undefined ? USAGE : b.usage })]),
    ...(b.endless || b.open ? [] : ['data: [DONE]\n\n']),
  ]
}

async function think(
  { field, pieces, everyMs = 0 }: NonNullable<Behaviour['thinking']>,
  write: (text: string) => void,
): Promise<void> {
  for (const piece of pieces) {
    write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { [field]: piece } }] })}\n\n`)
    await sleep(everyMs)
  }
}

function parse(raw: string): RecordedRequest['body'] {
  try {
    return JSON.parse(raw) as RecordedRequest['body']
  } catch {
    return {}
  }
}
