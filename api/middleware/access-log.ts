import type { Middleware } from 'koa'
import type { Logger } from '../../logger.ts'
import type { Metrics } from '../../metrics.ts'
import { currentTrace, traceIdOf } from '../../trace.ts'
import type { RequestState } from './state.ts'

/** One line for each request, with the route's template: paths and queries hold ids and words of people. */
export function accessLog(parent: Logger, metrics: Metrics): Middleware<RequestState> {
  // These fields hold nothing to hide, and looking through them is half the cost of the line.
  const logger = parent.child({}, { redact: [] })
  return async (ctx, next) => {
    const started = performance.now()
    try {
      await next()
    } finally {
      const ms = performance.now() - started
      metrics.request(ctx.state.route ?? 'none', ctx.method, ctx.status, ms / 1000)
      const line = {
        request_id: ctx.state.requestId,
        trace_id: traceIdOf(currentTrace() ?? ''),
        method: ctx.method,
        route: ctx.state.route ?? null,
        status: ctx.status,
        ms: Math.round(ms),
        user_id: ctx.state.user?.id,
      }
      if (ctx.state.route?.startsWith('/health')) logger.debug(line, 'request')
      else logger.info(line, 'request')
    }
  }
}
