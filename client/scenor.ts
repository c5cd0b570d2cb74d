import { follow, type FollowOptions, type ResetEvent } from './follow.ts'
import { createOperations, type Operations, type WaitOptions } from './operations.ts'
import { Refused } from './refused.ts'
import { ONCE, type ErrorCode, type Me, type Notification, type Operation, type Routes } from './routes.ts'
import { createSession, type SessionOptions, type Tokens } from './session.ts'
import { createSend, isJson, type TransportOptions } from './transport.ts'

export type RouteName = keyof Routes
type Answers<R extends RouteName> = Routes[R]['answers']
/** What an answer holds, whichever it was. */
export type Data<R extends RouteName> = Answers<R>[keyof Answers<R>]
/** An answer with all that came with it. */
export type Full<R extends RouteName> = {
  [S in keyof Answers<R>]: { readonly status: S; readonly data: Answers<R>[S]; readonly headers: Headers }
}[keyof Answers<R>]
/** The codes that a route refuses with. */
export type ErrorsOf<R extends RouteName> = Routes[R]['errors']

interface CallOptions {
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** Of a POST that is done once for each key; without one every call has its own, kept over its tries. */
  readonly idempotencyKey?: string
}
type Options<R extends RouteName> = CallOptions & Routes[R]['input']
type Arguments<R extends RouteName> = Record<never, never> extends Routes[R]['input'] ? [Options<R>?] : [Options<R>]

/** A list, page by page. */
type ListName = {
  [R in RouteName]: Data<R> extends { items: readonly unknown[]; next_cursor: string | null } ? R : never
}[RouteName]
type Item<R extends ListName> = Data<R> extends { items: readonly (infer I)[] } ? I : never

/** `await` gives the data, `withResponse()` its status and headers too. */
export interface Answering<R extends RouteName> extends Promise<Data<R>> {
  withResponse(): Promise<Full<R>>
}

export type ScenorOptions = Omit<TransportOptions, 'origin'> &
  SessionOptions & {
    /** The session has ended, here or elsewhere. */
    readonly onSignedOut?: () => void
  }

type GenerateBody = Routes['POST /ai/generate']['input']['body']
export interface GenerateOptions extends WaitOptions {
  /** The same key never writes, or costs, twice: keep one to ask again after a crash of your own. */
  readonly idempotencyKey?: string
  /** Hears what was accepted, before anything is waited for. */
  readonly onAccepted?: (operation: Operation) => void
}

export type NotificationEvent =
  { readonly id: string; readonly event: 'notification'; readonly data: Notification } | ResetEvent

export interface Scenor {
  /** One request: `call('GET /scenarios/{id}', { params: { id } })`. */
  call<R extends RouteName>(route: R, ...options: Arguments<R>): Answering<R>
  /** Every item of a list, as many pages as it takes. */
  pages<R extends ListName>(route: R, ...options: Arguments<R>): AsyncGenerator<Item<R>>
  readonly operations: Operations
  /**
   * Has a script written and waits for it; never twice for one call, whatever breaks on the way.
   * @throws Refused also when the operation failed or was cancelled (`source` is then `operation`); DeadlinePassed
   */
  generate(body: GenerateBody, options?: GenerateOptions): Promise<Operation>
  /** What the person is told from now on. */
  notifications(options?: FollowOptions): AsyncGenerator<NotificationEvent>
  readonly auth: {
    register(body: Routes['POST /auth/register']['input']['body']): Promise<Me>
    login(body: Routes['POST /auth/login']['input']['body']): Promise<void>
    logout(): Promise<void>
    /** Whether somebody is signed in; asks the API where only it knows. */
    signedIn(): Promise<boolean>
  }
}

const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** JSON as what it says, anything else as a Blob. */
async function dataOf(answer: Response): Promise<unknown> {
  if (answer.status === 204 || answer.status === 304) return undefined
  return isJson(answer) ? answer.json() : answer.blob()
}

/** @param origin of the API, `https://api.example.com`; '' in a page of the API itself */
export function createScenor(origin: string, options: ScenorOptions = {}): Scenor {
  const send = createSend({ ...options, origin: origin.replace(/\/$/, '') }, () => session)
  const sessionCall = async (path: string, body?: unknown) => {
    const isOnce = ONCE.has(`POST ${path}`)
    return send({
      ...{ method: 'POST', path, body, anonymous: true, withCookie: session.cookie },
      repeatable: isOnce || path === '/auth/refresh',
      headers: {
        ...(session.cookie && { 'X-Session-Mode': 'cookie' }),
        ...(isOnce && { 'Idempotency-Key': newKey() }),
      },
    })
  }
  const session = createSession(
    options,
    async (refresh_token) =>
      (await (
        await sessionCall('/auth/refresh', refresh_token === undefined ? {} : { refresh_token })
      ).json()) as Tokens,
    options.onSignedOut ?? (() => {}),
  )
  const operations = createOperations(send)

  const call = <R extends RouteName>(route: R, ...[given]: Arguments<R>): Answering<R> => {
    const {
      params = {},
      query,
      body,
      signal,
      headers,
      idempotencyKey,
    } = (given ?? {}) as CallOptions & {
      params?: Record<string, string | number>
      query?: Record<string, unknown>
      body?: unknown
    }
    const [method = '', template = ''] = route.split(' ')
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
    const isOnce = ONCE.has(route)
    const key = isOnce ? { 'Idempotency-Key': idempotencyKey ?? newKey() } : {}
    const full = send({
      ...{ method, path, query, body, signal, repeatable: isOnce || method === 'GET' },
      headers: { ...key, ...headers },
    }).then(
      async (answer) => ({ status: answer.status, headers: answer.headers, data: await dataOf(answer) }) as Full<R>,
    )
    const data = full.then((answer) => answer.data as Data<R>)
    return Object.assign(data, {
      withResponse: () => {
        // A refusal is heard of in the whole answer; nobody listens to the data alone.
        data.catch(() => {})
        return full
      },
    })
  }

  const enter = async (path: string, body: unknown): Promise<Response> => {
    const answer = await sessionCall(path, body)
    if (answer.status !== 202) session.keep((await answer.clone().json()) as Tokens)
    return answer
  }

  return {
    call,
    operations,
    async *pages<R extends ListName>(route: R, ...[given]: Arguments<R>) {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const query = { ...(given as { query?: object } | undefined)?.query, ...(cursor && { cursor }) }
        const page = (await call(route, ...([{ ...(given as object), query }] as Arguments<R>))) as {
          items: readonly Item<R>[]
          next_cursor: string | null
        }
        yield* page.items
        cursor = page.next_cursor
      }
    },
    generate: async (body, { idempotencyKey = newKey(), onAccepted, ...waiting } = {}) => {
      const accepted = await call('POST /ai/generate', {
        ...{ body, idempotencyKey },
        ...(waiting.signal && { signal: waiting.signal }),
      })
      onAccepted?.(accepted)
      const operation = await operations.wait(accepted.id, waiting)
      if (operation.status === 'succeeded') return operation
      const code: ErrorCode = 'operation.cancelled'
      throw new Refused(
        operation.error ?? { status: 409, title: 'The operation was cancelled', code, source: 'operation' },
      )
    },
    async *notifications(following = {}) {
      // The place to go on from must be known before the first event: a stream that broke before it would leave a gap.
      const path = '/notifications/stream'
      const first = { method: 'GET', path, query: { wait: 0 }, repeatable: true, signal: following.signal }
      const after = following.after ?? ((await (await send(first)).json()) as { last_id: string }).last_id
      yield* follow(send, path, () => undefined, { ...following, after }) as AsyncGenerator<NotificationEvent>
    },
    auth: {
      register: async (body) => {
        const answer = await enter('/auth/register', body)
        if (answer.status === 202) {
          const operation = await operations.wait(((await answer.json()) as Operation).id)
          if (operation.error) throw new Refused(operation.error)
          await enter('/auth/login', { email: body.email, password: body.password })
          return call('GET /auth/me')
        }
        return ((await answer.json()) as { user: Me }).user
      },
      login: async (body) => void (await enter('/auth/login', body)),
      logout: async () => {
        const token = await session.token()
        if (token === undefined) return
        const headers = { Authorization: `Bearer ${token}` }
        await send({
          ...{ method: 'POST', path: '/auth/logout', anonymous: true, withCookie: session.cookie, repeatable: false },
          headers: { ...headers, ...(session.cookie && { 'X-Session-Mode': 'cookie' }) },
        })
        session.keep(undefined)
      },
      signedIn: async () => (await session.token()) !== undefined,
    },
  }
}
