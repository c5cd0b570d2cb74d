import type { ParameterizedContext } from 'koa'
import { AppError, fail } from '../errors.ts'
import { readJson } from './body.ts'
import type { ApiDeps } from './context.ts'
import type { Keys } from '../keys.ts'
import { verifyServiceToken } from '../service-token.ts'
import { createOnce, idempotencyKey } from './idempotency.ts'
import type { RequestState } from './middleware/state.ts'
import type { Answer, Caller, Request, Route } from './route.ts'
import { validate } from './validate.ts'

/** `Prefer: wait` is capped at 30 s; whatever takes longer than this has gone wrong. */
const TIME_LIMIT_MS = 35_000

type Context = ParameterizedContext<RequestState>

/**
 * One request through its route. Routing came before (404, 405); then, in the order of the contract: 401, 413, 415, 400, 422.
 */
export async function serve(deps: ApiDeps, route: Route, ctx: Context): Promise<void> {
  const user = await authenticate(deps, route, ctx)
  // Only people have a profile, which language and log ask for.
  ctx.state.user = user?.roles.includes('service') ? undefined : user
  // The same as a missing thing, and before the body is looked at.
  const params = route.params?.safeParse(ctx['params'])
  if (params?.success === false) fail(route.missing)
  const body = route.body && validate(route.body, await readJson(ctx.req, route.bodyLimit))
  const query = route.query && validate(route.query, { ...ctx.query })
  const key = route.idempotent ? idempotencyKey(ctx.get('idempotency-key')) : undefined
  const scope = { caller: user?.id ?? 'anonymous', route: `${ctx.method} ${ctx.path}` }
  const request: Request<unknown, unknown, unknown, Caller | undefined> = {
    params: params?.data,
    query,
    body,
    user,
    requestId: ctx.state.requestId,
    ip: ctx.ip,
    get log() {
      return ctx.state.log
    },
    header: (name) => ctx.get(name) || undefined,
    language: ctx.state.language,
    once: createOnce(deps.keys.pepper.secret, scope, key, body ?? null),
  }
  const answer = await withinTime(route.handle(request as Parameters<Route['handle']>[0]))
  if (answer.stream) deps.streams.open(ctx, answer.stream)
  else send(ctx, route, answer)
}

/** @throws AppError auth.token_rejected */
export const rejectToken = (): never =>
  fail('auth.token_rejected', { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } })

async function authenticate({ sessions, keys }: ApiDeps, route: Route, ctx: Context): Promise<Caller | undefined> {
  if (route.auth === 'none') return undefined
  const header = ctx.get('authorization')
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
