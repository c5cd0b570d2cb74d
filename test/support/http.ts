import { randomUUID } from 'node:crypto'
import { createDescriptionCheck } from './described.ts'

/** What came back. `body` is the parsed JSON, if it was JSON. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  // A test looks into answers of many shapes; their schemas are checked on the way out of the API.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
  readonly text: string
}

export interface CallOptions {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly raw?: string | Buffer
  readonly headers?: Record<string, string>
}

export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly token: string
  readonly refresh_token: string
  get(path: string, options?: CallOptions): Promise<Reply>
  post(path: string, body?: unknown, options?: CallOptions): Promise<Reply>
  put(path: string, body?: unknown, options?: CallOptions): Promise<Reply>
  delete(path: string, options?: CallOptions): Promise<Reply>
}

export type Api = ReturnType<typeof createApiClient>

export const PASSWORD = 'correct horse Батарея 42'

/**
 * A client of a running API, as a frontend is one. Paths are below /api/v1 unless they begin with the origin. Every answer must be as
 * `/openapi.json` describes it.
 */
export function createApiClient(origin: string) {
  const wrongBy = createDescriptionCheck(origin)
  const call = async (
    method: string,
    path: string,
    { token, body, raw, headers = {} }: CallOptions = {},
  ): Promise<Reply> => {
    const url = path.startsWith('http')
      ? path
      : path.startsWith('//')
        ? `${origin}${path.slice(1)}`
        : `${origin}/api/v1${path}`
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload as string }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    let json: unknown
    try {
      json = text === '' ? undefined : JSON.parse(text)
    } catch {
      json = undefined
    }
    const mediaType = response.headers.get('content-type') ?? ''
    if (new URL(url).origin === origin && method !== 'HEAD') {
      const path = new URL(url).pathname
      const wrong = await wrongBy({
        method,
        path,
        status: response.status,
        mediaType,
        body: json ?? (text || undefined),
      })
      if (wrong !== undefined) throw new Error(wrong)
    }
    return { status: response.status, headers: response.headers, body: json, text }
  }

  const as = (person: {
    id: string
    email: string
    password: string
    token: string
    refresh_token: string
  }): Person => ({
    ...person,
    get: (path, options) => call('GET', path, { token: person.token, ...options }),
    post: (path, body, options) => call('POST', path, { token: person.token, body, ...options }),
    put: (path, body, options) => call('PUT', path, { token: person.token, body, ...options }),
    delete: (path, options) => call('DELETE', path, { token: person.token, ...options }),
  })

  const finished = async (id: string, token?: string, withinMs = 120_000): Promise<Reply['body']> => {
    for (const end = Date.now() + withinMs; ;) {
      const reply = await call('GET', `/operations/${id}`, { token })
      if (reply.status !== 200) throw new Error(`the operation answered ${reply.status}: ${reply.text}`)
      if (reply.body.finished_at !== null) return reply.body
      if (Date.now() > end) throw new Error(`still ${reply.body.status}/${reply.body.stage} after ${withinMs} ms`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const registered = async (account: { readonly email: string; readonly password: string }) => {
    const reply = await call('POST', '/auth/register', { body: account })
    if (reply.status === 201) return reply.body
    // Accepted, and longer at work than a request waits (a busy machine): signs in when the account is there.
    if (reply.status !== 202) throw new Error(`registration answered ${reply.status}: ${reply.text}`)
    await finished(reply.body.id)
    const login = await call('POST', '/auth/login', { body: { email: account.email, password: account.password } })
    if (login.status !== 200) throw new Error(`login answered ${login.status}: ${login.text}`)
    const { body: user } = await call('GET', '/auth/me', { token: login.body.access_token })
    return { ...login.body, user }
  }

  return {
    origin,
    call,
    as,
    /** Registers somebody new, who has an address of their own unless one is given. */
    register: async (extra: Record<string, unknown> = {}): Promise<Person> => {
      const account = { email: `u-${randomUUID()}@example.test`, password: PASSWORD, ...extra }
      const { user, access_token, refresh_token } = await registered(account)
      return as({ id: user.id, email: user.email, password: account.password, token: access_token, refresh_token })
    },
    /** Polls until the operation is finished, as a frontend does. */
    finished,
  }
}
