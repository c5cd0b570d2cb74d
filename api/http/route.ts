import type { Readable } from 'node:stream'
import type { Kysely, Transaction } from 'kysely'
import type { z } from 'zod'
import type { AcceptTables } from '../../db/operations/schema.ts'
import type { ErrorCode } from '../../errors/errors.ts'
import type { Language } from '../../language.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { ServiceScope } from '../../internal/token.ts'
import type { Service } from '../../services.ts'
import type { Listening } from '../streams/streams.ts'
import type { RequestLimit } from '../auth/throttle.ts'
import type { BodyLimits } from './body.ts'
import type { Caller } from './caller.ts'

/** What a handler gives back; the route's schema for the status shapes the body. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Events instead of a body; of a route that says `stream`. */
  readonly listening?: Listening
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[]
  /** Opaque version of the thing, without quotes: becomes `ETag`, and a GET that knows it gets 304. */
  readonly etag?: string
  /**
   * A body that is finished: bytes of a file, all at once or as they are read, or JSON text that was checked when it was made. It goes out
   * as it is, instead of `body`.
   */
  readonly finished?: { readonly mediaType: string; readonly bytes: Buffer | Readable }
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
export const events = (listening: Listening): Answer => ({ status: 200, listening })
export const noContent: Answer = { status: 204 }

/**
 * @param work in one transaction with the kept answer; it asks nothing but this
 * @param find what `work` needs of elsewhere. Asked before the transaction begins, which must not be held while another database is waited
 *   for, and not where the answer is kept already
 * @throws AppError idempotency.key_reused, idempotency.in_progress
 */
export interface Once {
  <DB extends AcceptTables>(db: Kysely<DB>, work: (trx: Transaction<DB>) => Promise<Answer>): Promise<OnceAnswer>
  <DB extends AcceptTables, Found>(
    db: Kysely<DB>,
    work: (trx: Transaction<DB>, found: Found) => Promise<Answer>,
    find: () => Promise<Found>,
  ): Promise<OnceAnswer>
}

/** `replayed`: it was given before. */
export type OnceAnswer = Answer & { replayed: boolean }

/** A request that passed authentication and validation. */
export interface Request<Params, Query, Body, User> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly user: User
  readonly requestId: string
  /** The client's, canonical. */
  readonly ip: string
  /** Whether it comes from this machine, by a name of this machine. */
  readonly isLocal: boolean
  readonly log: Logger
  header(name: string): string | undefined
  /** Language of the answer's human texts: `Accept-Language`, else the person's locale, else English. */
  language(): Promise<Language>
  /** Does the work of a POST in one transaction, once for each `Idempotency-Key`: the kept first answer comes back for the second. */
  readonly once: Once
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
  /**
   * `user`: a token is needed. `admin`: that of somebody who runs the installation. `optional`: it may be there; one that is not good (any
   * more) counts as none.
   */
  readonly auth: 'none' | 'optional' | 'user' | 'admin'
  /** Other backends may call it too, with a service token of this scope for the service that serves it. */
  readonly services?: { readonly audience: Service; readonly scope: ServiceScope }
  /** What a path parameter of the wrong form is: the same as a missing thing. */
  readonly missing: ErrorCode
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** It takes `X-Session-Mode`. */
  readonly sessionMode?: boolean
  readonly bodyLimits: BodyLimits
  /** What is counted before the body is read, the first one first. */
  readonly limits: readonly RequestLimit[]
  /** It takes the proof of a device, and gives one. */
  readonly knowsDevice?: boolean
  /** Whether the handler takes an `Idempotency-Key`. */
  readonly idempotent: boolean
  /** The body's schema by status; null for an answer without body. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>
  /** Its answers carry an `ETag`, and a GET that knows it gets 304. */
  readonly etag?: boolean
  /** What it shows goes on: until that has ended, `Retry-After` says when to ask again. */
  readonly polled?: boolean
  /** Media type of the answers' bodies when it is not JSON. */
  readonly mediaType?: string
  /** Answers that are files: what each media type holds. */
  readonly files?: Readonly<Record<string, z.ZodType>>
  /** It answers with events as they come, and takes a ticket instead of a token. */
  readonly stream?: boolean
  /** A file that a signed link opens too. */
  readonly signed?: boolean
  /** Codes that it answers beyond those of every route. */
  readonly errors: readonly DeclaredError[]
  readonly handle: (request: Request<never, never, never, never>) => Promise<Answer>
}

const MIB = 1024 * 1024
const AUTH_LIMIT = 16 * 1024
/** More than any body has but a script: 16 KiB of settings hold at most 8,000. */
const MAX_VALUES = 10_000

/** Whether nobody gets in without a token. */
export const needsCaller = (auth: Route['auth']): boolean => auth === 'user' || auth === 'admin'

/** Guessing and flooding without a token have no other bound; what a signed-in person writes has one at least. */
const usualLimits = (method: Route['method'], path: string, auth: Route['auth']): readonly RequestLimit[] =>
  needsCaller(auth) ? (method === 'get' ? [] : ['writes_person']) : path.startsWith('/auth/') ? ['auth_address'] : []

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
  sessionMode?: boolean
  /** Default: 10,000. */
  maxValues?: number
  /** Default: `auth_address` under /auth without a token, `writes_person` for whatever a person changes. */
  limits?: Route['limits']
  knowsDevice?: boolean
  idempotent?: boolean
  responses: Route['responses']
  etag?: boolean
  polled?: boolean
  mediaType?: string
  files?: NonNullable<Route['files']>
  stream?: boolean
  signed?: boolean
  errors?: readonly DeclaredError[]
  handle: (
    request: Request<Output<P>, Output<Q>, Output<B>, A extends 'user' | 'admin' ? Caller : Caller | undefined>,
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
    maxValues = MAX_VALUES,
    limits = usualLimits(definition.method, definition.path, definition.auth),
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
    limits,
    bodyLimits: { bytes: rest.path.startsWith('/auth/') ? AUTH_LIMIT : MIB, values: maxValues },
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    handle: handle as Route['handle'],
  }
}
