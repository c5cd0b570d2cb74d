import type { IncomingMessage } from 'node:http'
import type { ParameterizedContext } from 'koa'
import type { z } from 'zod'
import { AppError, fail } from '../errors/errors.ts'
import { addressOf, isLocal } from './http/peer.ts'
import { readJson, type BodyLimits } from './http/body.ts'
import type { ApiDeps } from './context.ts'
import type { Keys } from '../keys/keys.ts'
import { secretsOf } from '../keys/rings.ts'
import { verifyServiceToken } from '../internal/token.ts'
import { createOnce, idempotencyKey } from './http/idempotency.ts'
import type { RequestState } from './http/middleware/state.ts'
import type { Answer, Request, Route } from './http/route.ts'
import type { Caller } from './http/caller.ts'
import { goOn } from './http/listen.ts'
import { isAdmin } from './policies/users.ts'
import { clientKey } from '../network/client-address.ts'
import { validate, validateInTurns } from './http/validate.ts'

/** `Prefer: wait` is capped at 30 s; whatever takes longer than this has gone wrong. */
const TIME_LIMIT_MS = 35_000

type Context = ParameterizedContext<RequestState>

/**
 * One request through its route. Routing came before (404, 405); then, in the order of the contract: 401, 413, 415, 400, 422.
 */
export async function serve(deps: ApiDeps, route: Route, ctx: Context): Promise<void> {
  const user = await authenticate(deps, route, ctx)
  if (route.auth === 'admin' && !(user && isAdmin(user))) fail('access.denied')
  // Only people have a profile, which language and log ask for.
  ctx.state.user = user?.roles.includes('service') ? undefined : user
  // The same as a missing thing, and before the body is looked at.
  const params = route.params?.safeParse(ctx['params'])
  if (params?.success === false) fail(route.missing)
  // Before the body is judged: a wrong one costs as much as a right one.
  const ip = addressOf(ctx.req, deps.config)
  await count(deps, route, ctx, user, ip)
  const body = route.body && (await bodyOf(ctx, route.body, route.bodyLimits))
  const query = route.query && validate(route.query, { ...ctx.query })
  const key = route.idempotent ? idempotencyKey(ctx.get('idempotency-key')) : undefined
  const from = user ? { id: user.id } : { address: clientKey(ip) }
  const request: Request<unknown, unknown, unknown, Caller | undefined> = {
    params: params?.data,
    query,
    body,
    user,
    requestId: ctx.state.requestId,
    ip,
    isLocal: isLocal(ctx.req),
    get log() {
      return ctx.state.log
    },
    header: (name) => ctx.get(name) || undefined,
    language: ctx.state.language,
    once: createOnce(
      secretsOf(deps.keys.idempotency),
      { ...from, route: `${ctx.method} ${ctx.path}` },
      key,
      body ?? null,
    ),
  }
  const answer = await withinTime(route.handle(request as Parameters<Route['handle']>[0]))
  if (answer.listening) await deps.streams.answer(ctx, answer.listening, request)
  else send(ctx, route, answer)
}

/** What is optional may be no body at all, without a type. */
const bodyOf = async ({ req, res }: Context, schema: z.ZodType, limits: BodyLimits): Promise<unknown> =>
  isEmpty(req) && schema.safeParse(undefined).success
    ? undefined
    : (isSmall(req) ? validate : validateInTurns)(schema, await readJson(req, limits, () => goOn(res)))

/** Bytes whose every step together takes a few milliseconds. */
const SMALL = 64 * 1024
const isSmall = ({ headers }: IncomingMessage): boolean => Number(headers['content-length'] ?? Infinity) <= SMALL

const isEmpty = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0

/** @throws AppError auth.token_rejected */
export const rejectToken = (): never =>
  fail('auth.token_rejected', { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } })

async function authenticate(
  { sessions, streamTickets, signedLinks, keys }: ApiDeps,
  route: Route,
  ctx: Context,
): Promise<Caller | undefined> {
  if (route.auth === 'none') return undefined
  const header = ctx.get('authorization')
  const { ticket } = ctx.query
  if (header === '' && route.stream && ticket !== undefined)
    return (typeof ticket === 'string' && (await streamTickets.redeem(ticket, ctx.path))) || rejectToken()
  if (header === '' && route.signed && ctx.query['link'] !== undefined)
    return (await signedLinks.open(ctx.path, ctx.query)) ?? fail('auth.token_invalid', { status: 401 })
  if (header === '') return route.auth === 'optional' ? undefined : fail('auth.required')
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(header)?.[1]
  const caller =
    token === undefined ? undefined : ((await sessions.caller(token)) ?? (await serviceCaller(keys, route, token)))
  return caller ?? (route.auth === 'optional' ? undefined : rejectToken())
}

/**
 * Another backend, where the route takes any. Its id can be no person's, and it has no role but its own.
 * @throws AppError access.denied for a good token with another scope
 */
async function serviceCaller({ serviceToken }: Keys, { services }: Route, token: string): Promise<Caller | undefined> {
  if (!services) return undefined
  const caller = await verifyServiceToken(serviceToken, token, services.audience).catch(() => undefined)
  if (!caller) return undefined
  if (!caller.scopes.includes(services.scope)) fail('access.denied')
  return { id: `service:${caller.service}`, session_id: '', roles: ['service'] }
}

/**
 * Counts the request by the limits of its route. The answer tells of all of them, whatever it is.
 * @throws AppError rate.limited
 */
async function count({ throttle }: ApiDeps, { limits }: Route, ctx: Context, user: Caller | undefined, ip: string) {
  // Other backends have their own ways to be limited.
  if (limits.length === 0 || user?.roles.includes('service')) return
  const told: Readonly<Record<string, string>>[] = []
  for (const limit of limits) {
    const { headers } = await throttle.need(limit, limit.endsWith('_person') && user ? user.id : clientKey(ip))
    told.push(headers)
    for (const name of Object.keys(headers)) ctx.set(name, told.map((each) => each[name]).join(', '))
  }
}

/** A handler that never ends must not hold its client for ever. What it has accepted stays accepted. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('service.unavailable', { headers: { 'Retry-After': '5' } })),
      TIME_LIMIT_MS,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Validation out: an undeclared status or a body that is not of its schema is our fault (500), and undeclared fields never leave. */
function send(ctx: Context, route: Route, answer: Answer & { replayed?: boolean }): void {
  const schema = route.responses[answer.status]
  if (schema === undefined)
    throw new Error(`${route.method} ${route.path} answered ${answer.status}, which it does not declare`)
  ctx.set(answer.headers ?? {})
  if (answer.cookies?.length) ctx.set('Set-Cookie', [...answer.cookies])
  if (answer.replayed) ctx.set('Idempotent-Replayed', 'true')
  if (answer.etag !== undefined) {
    if (!route.etag) throw new Error(`${route.method} ${route.path} answered with an ETag, which it does not declare`)
    ctx.set('ETag', `"${answer.etag}"`)
    // HEAD is a GET to the router; a change that was made is told as such.
    if (route.method === 'get' && knows(ctx.get('if-none-match'), answer.etag)) {
      ctx.status = 304
      return
    }
  }
  ctx.status = answer.status
  if (schema === null) {
    ctx.body = null
    ctx.status = answer.status
    return
  }
  if (answer.finished) {
    ctx.type = answer.finished.mediaType
    ctx.body = answer.finished.bytes
    return
  }
  const body = schema.parse(answer.body)
  ctx.type = route.mediaType ?? 'application/json'
  ctx.body = route.mediaType ? body : JSON.stringify(body)
}

/** `If-None-Match`: `*`, or a list of which one is ours, weak or not (RFC 9110 §13.1.2). */
const knows = (header: string, etag: string): boolean =>
  header !== '' &&
  (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${etag}"`))
