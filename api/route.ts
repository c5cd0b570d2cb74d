import type { Kysely, Transaction } from 'kysely'
import type { z } from 'zod'
import type { AcceptTables } from '../db/operations/schema.ts'
import type { ErrorCode, Language } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { ServiceScope } from '../service-token.ts'
import type { Service } from '../services.ts'
import type { StreamWriter } from './sse.ts'

/** Who calls: a person with a living session. */
export interface Caller {
  readonly id: string
  readonly session_id: string
  readonly roles: readonly string[]
  /** The account as it was when the session was looked up, seconds ago at most; a service has none. */
  readonly account?: { readonly email: string; readonly email_verified_at: Date | null; readonly created_at: Date }
}

/** What a handler gives back; the route's schema for the status shapes the body. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Server-sent events instead of a body. */
  readonly stream?: StreamWriter
  /** Opaque version of the thing, without quotes: becomes `ETag`, and a GET that knows it gets 304. */
  readonly etag?: string
  /** A body that is finished: bytes of a file, or JSON text that was checked when it was made. It goes out as it is, instead of `body`. */
  readonly finished?: { readonly mediaType: string; readonly bytes: Buffer }
}

export const ok = (body: unknown, extra: Omit<Answer, 'status' | 'body'> = {}): Answer => ({
  status: 200,
  body,
  ...extra,
})
export const created = (
  body: unknown,
  location: string,
  extra: Omit<Answer, 'status' | 'body' | 'headers'> = {},
): Answer => ({ status: 201, body, headers: { Location: location }, ...extra })
/** Answers with server-sent events; the route says `mediaType: 'text/event-stream'`. */
export const events = (stream: StreamWriter): Answer => ({ status: 200, stream })
export const noContent: Answer = { status: 204 }

/** A request that passed authentication and validation. */
export interface Request<Params, Query, Body, User> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly user: User
  readonly requestId: string
  readonly ip: string
  readonly log: Logger
  header(name: string): string | undefined
  /** Language of the answer's human texts: `Accept-Language`, else the person's locale, else English. */
  language(): Promise<Language>
  /**
   * Does the work of a POST in one transaction, once for each `Idempotency-Key`: the kept first answer comes back for the second.
   * @throws AppError idempotency.key_reused, idempotency.in_progress
   */
  once<DB extends AcceptTables>(
    db: Kysely<DB>,
    work: (trx: Transaction<DB>) => Promise<Answer>,
  ): Promise<Answer & { replayed: boolean }>
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined

/** A code with the status that it has everywhere, or with the one that this route answers it with. */
export type DeclaredError = ErrorCode | readonly [code: ErrorCode, status: number]

/**
 * A route is data: from this one object come routing, authentication, validation in and out, allowed statuses and OpenAPI.
 */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** Below the API's prefix, parameters in braces: `/scenarios/{id}`. */
  readonly path: string
  /** Under `/api/v1`, or at the root (system routes). */
  readonly base: '/api/v1' | ''
  readonly summary: string
  readonly tag: string
  /** `user`: a token is needed. `optional`: it may be there; one that is not good (any more) counts as none. */
  readonly auth: 'none' | 'optional' | 'user'
  /** Other backends may call it too, with a service token of this scope for the service that serves it. */
  readonly services?: { readonly audience: Service; readonly scope: ServiceScope }
  /** What a path parameter of the wrong form is: the same as a missing thing. */
  readonly missing: ErrorCode
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Bytes. */
  readonly bodyLimit: number
  /** Whether the handler takes an `Idempotency-Key`. */
  readonly idempotent: boolean
  /** The body's schema by status; null for an answer without body. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>
  /** Its answers carry an `ETag`, and a GET that knows it gets 304. */
  readonly etag?: boolean
  /** Media type of the answers' bodies when it is not JSON. */
  readonly mediaType?: string
  /** Answers that are files: what each media type holds. */
  readonly files?: Readonly<Record<string, z.ZodType>>
  /** Codes that it answers beyond those of every route. */
  readonly errors: readonly DeclaredError[]
  readonly handle: (request: Request<never, never, never, never>) => Promise<Answer>
}

const MIB = 1024 * 1024
const AUTH_LIMIT = 16 * 1024

interface Definition<
  A extends Route['auth'],
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> {
  method: Route['method']
  path: string
  summary: string
  auth: A
  base?: Route['base']
  services?: NonNullable<Route['services']>
  missing?: ErrorCode
  params?: P
  query?: Q
  body?: B
  idempotent?: boolean
  responses: Route['responses']
  etag?: boolean
  mediaType?: string
  files?: NonNullable<Route['files']>
  errors?: readonly DeclaredError[]
  handle: (
    request: Request<Output<P>, Output<Q>, Output<B>, A extends 'user' ? Caller : Caller | undefined>,
  ) => Promise<Answer>
}

/** Makes a route; fills in what follows from the path. */
export function route<
  A extends Route['auth'],
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<A, P, Q, B>): Route {
  const {
    base = '/api/v1',
    missing = 'route.not_found',
    errors = [],
    idempotent = false,
    handle,
    params,
    query,
    body,
    ...rest
  } = definition
  return {
    ...rest,
    base,
    missing,
    errors,
    idempotent,
    tag: base === '' ? 'system' : (rest.path.split('/')[1] ?? ''),
    bodyLimit: rest.path.startsWith('/auth/') ? AUTH_LIMIT : MIB,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    handle: handle as Route['handle'],
  }
}
