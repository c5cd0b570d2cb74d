import { setTimeout as sleep } from 'node:timers/promises'

/** The API answered with an error; the message has all that it said. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(what: string, status: number, problem: Partial<Problem>) {
    const fields = (problem.errors ?? []).map(({ path, message }) => `\n    ${path}: ${message}`).join('')
    const lines = [
      `${what} failed: ${problem.title ?? 'the answer was no problem document'} (${status}${problem.code ? `, ${problem.code}` : ''})`,
      ...(problem.detail ? [`  ${problem.detail}`] : []),
      ...(fields ? [`  fields:${fields}`] : []),
      ...(problem.request_id ? [`  request id: ${problem.request_id}`] : []),
    ]
    super(lines.join('\n'))
    this.status = status
  }
}

export interface Problem {
  readonly title: string
  readonly detail?: string
  readonly code: string
  readonly request_id?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

export interface Operation {
  readonly id: string
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  readonly stage: string
  readonly progress: number
  readonly attempt: number
  readonly result: { readonly scenario_id?: string } | null
  readonly error: Problem | null
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface Client {
  send(
    what: string,
    method: 'GET' | 'POST',
    path: string,
    options?: { body?: unknown; token?: string; idempotencyKey?: string },
  ): Promise<Answer>
  /** Follows an operation to its end. An API that is away for a moment (a restart) does not end the wait. */
  follow(id: string, options: { token?: string; onChange?: (operation: Operation) => void }): Promise<Operation>
}

const TIMEOUT_MS = 60_000
const DEFAULT_POLL_S = 1

/** A client of the HTTP contract, for people at a terminal. */
export function createClient(baseUrl: string): Client {
  const send: Client['send'] = async (what, method, path, { body, token, idempotencyKey } = {}) => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        Accept: 'application/json, application/problem+json',
        'Accept-Language': 'en',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    const parsed = parse(text)
    if (!response.ok) throw new ApiError(what, response.status, (parsed ?? {}) as Partial<Problem>)
    return { status: response.status, headers: response.headers, body: parsed }
  }

  const follow: Client['follow'] = async (id, { token, onChange }) => {
    for (let lastWord = Date.now(); ;) {
      let waitS = DEFAULT_POLL_S
      try {
        const answer = await send(
          'Asking for the operation',
          'GET',
          `/operations/${id}`,
          token === undefined ? {} : { token },
        )
        const operation = answer.body as Operation
        onChange?.(operation)
        if (['succeeded', 'failed', 'cancelled'].includes(operation.status)) return operation
        lastWord = Date.now()
        waitS = Math.min(Number(answer.headers.get('retry-after') ?? DEFAULT_POLL_S) || DEFAULT_POLL_S, 10)
      } catch (error) {
        const passing = error instanceof ApiError ? error.status === 503 || error.status === 429 : true
        if (!passing || Date.now() - lastWord > TIMEOUT_MS) throw error
      }
      await sleep(waitS * 1000)
    }
  }

  return { send, follow }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
