import { backoff, pause } from './pause.ts'
import { type Refused, refusalOf } from './refused.ts'
import type { Session } from './session.ts'

interface Sent {
  readonly method: string
  /** Below /api/v1; with two slashes at the root. */
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether it may be sent again when nobody knows what became of it. */
  readonly repeatable: boolean
  /** Without a token, and without a session to renew. */
  readonly anonymous?: boolean
  /** The cookie of the session goes along. */
  readonly withCookie?: boolean
  /** How often at most; default: as the client was made. */
  readonly tries?: number
  /** Milliseconds for the answer to be there; 0: as long as it takes. */
  readonly timeoutMs?: number
}

export interface TransportOptions {
  readonly origin: string
  readonly fetch?: typeof fetch | undefined
  /** `Accept-Language`: titles and messages of refusals. */
  readonly language?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How often a request is sent at most, the first time included; default 4. */
  readonly tries?: number | undefined
  /** Milliseconds for an answer; default 60,000. */
  readonly timeoutMs?: number | undefined
}

/** Answers that are no refusal: done, or unchanged. */
export type Send = (sent: Sent) => Promise<Response>

const TRIES = 4
const TIMEOUT_MS = 60_000
/** Whoever is to wait longer than that (seconds) decides himself whether to. */
const LONGEST_WAIT_S = 60

function addressOf(origin: string, path: string, query: Sent['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return `${origin}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}${text && `?${text}`}`
}

/** Whether it is JSON, a problem too. */
export const isJson = ({ headers }: Response): boolean =>
  /^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '')

/** One whose body has all come: what breaks off in it is no answer, and is asked for again as one that never came. */
async function whole(answer: Response): Promise<Response> {
  const text = await answer.text()
  if (answer.ok) JSON.parse(text)
  return new Response(text, answer)
}

/** @param session asked for when the first request is sent: a session refreshes itself by requests */
export function createSend(options: TransportOptions, session: () => Session): Send {
  const ask = options.fetch ?? globalThis.fetch.bind(globalThis)
  const once = async (sent: Sent, token: string | undefined): Promise<Response> => {
    const { method, path, query, body, signal, timeoutMs = options.timeoutMs ?? TIMEOUT_MS } = sent
    const late = new AbortController()
    const timer = timeoutMs > 0 ? setTimeout(() => late.abort(new Error('no answer in time')), timeoutMs) : undefined
    try {
      const answer = await ask(addressOf(options.origin, path, query), {
        method,
        headers: {
          ...options.headers,
          ...(options.language && { 'Accept-Language': options.language }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(token && { Authorization: `Bearer ${token}` }),
          ...sent.headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(sent.withCookie && { credentials: 'include' as const }),
        signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      })
      // Files and streams take as long as they do.
      return isJson(answer) && answer.body ? await whole(answer) : answer
    } finally {
      clearTimeout(timer)
    }
  }

  return async (sent) => {
    const { signal, repeatable, anonymous, tries: most = options.tries ?? TRIES } = sent
    for (let tries = 1, renewed = false; ;) {
      signal?.throwIfAborted()
      const token = anonymous ? undefined : await session().token()
      let refused: Refused | undefined
      try {
        const answer = await once(sent, token)
        if (answer.ok || answer.status === 304) return answer
        refused = await refusalOf(answer)
      } catch (error) {
        // Nobody knows whether it was done.
        if (signal?.aborted || !repeatable || tries >= most) throw error
      }
      if (refused?.status === 401 && token !== undefined && !renewed) {
        renewed = true
        if ((await session().renew(token)) !== undefined) continue
      }
      const again = refused === undefined || (refused.retry && (repeatable || refused.code !== null))
      if (refused && (!again || tries >= most || refused.retryAfter > LONGEST_WAIT_S)) throw refused
      await pause(Math.max((refused?.retryAfter ?? 0) * 1000, backoff(tries++)), signal)
    }
  }
}
