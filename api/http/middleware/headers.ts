import type { Middleware } from 'koa'
import { contentPolicy } from '../content-policy.ts'

/** A JSON API: nothing of it is ever a document, a script or a frame. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': contentPolicy(),
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  Vary: 'Accept, Accept-Language, Authorization, Origin',
} as const

export const headers: Middleware = async (ctx, next) => {
  ctx.set(HEADERS)
  await next()
  // An ETag is worth something only if the client may ask again; all else, and all of /auth, is not to be kept.
  const revalidates = ctx.res.hasHeader('etag') && !ctx.path.startsWith('/api/v1/auth/')
  if (!ctx.res.hasHeader('cache-control')) ctx.set('Cache-Control', revalidates ? 'private, no-cache' : 'no-store')
}
