import type { Middleware } from 'koa'

/** What a page may read of an answer, beyond what browsers let it read anyway (Fetch, “CORS-safelisted response-header name”). */
const EXPOSED = [
  'ETag',
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Content-Disposition',
  'Idempotent-Replayed',
  'X-Should-Retry',
  'X-Device-Token',
].join(', ')

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
  // Never `*`: it does not cover Authorization.
  'Access-Control-Allow-Headers': [
    'Authorization',
    'Content-Type',
    'Accept-Language',
    'Cache-Control',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Last-Event-ID',
    'Prefer',
    'X-Device-Token',
    'X-Request-Id',
    'X-Session-Mode',
    'traceparent',
    'tracestate',
  ].join(', '),
  // Two hours, the most that Chromium keeps.
  'Access-Control-Max-Age': '7200',
} as const

/** What pages of other origins may ask. Our own pages are not among it: those for developers show other people's mails. */
const ASKED = /^\/(api\/v1\/|openapi\.json$|\.well-known\/|health\/)/
/** Where cookies count; everywhere else the bearer alone says who asks. */
const WITH_COOKIES = /^\/api\/v1\/auth\//

/** An origin of the list, which may leave the port of this machine open (`http://localhost:*`). */
const isIn = (allowed: readonly string[], origin: string): boolean =>
  allowed.includes(origin) || allowed.includes(origin.replace(/(:\d{1,5})?$/, ':*'))

/**
 * Lets pages of the allowed origins use the API (Fetch standard, CORS protocol): whatever it answers them, refusals too, they may read. All
 * others get no such header, and an OPTIONS that is no preflight of theirs goes on to its 405.
 * @param allowed exact origins (`CORS_ORIGINS`)
 */
export function cors(allowed: readonly string[]): Middleware {
  return (ctx, next) => {
    const origin = ctx.get('origin')
    if (!ASKED.test(ctx.path) || !isIn(allowed, origin)) return next()
    ctx.set('Access-Control-Allow-Origin', origin)
    if (WITH_COOKIES.test(ctx.path)) ctx.set('Access-Control-Allow-Credentials', 'true')
    if (ctx.method !== 'OPTIONS' || ctx.get('access-control-request-method') === '') {
      ctx.set('Access-Control-Expose-Headers', EXPOSED)
      return next()
    }
    ctx.set(PREFLIGHT)
    ctx.status = 204
  }
}
