import type { Middleware } from 'koa'
import type { Logger } from '../../../telemetry/logger.ts'
import { count, observe } from '../../../telemetry/tally.ts'
import type { RequestState } from './state.ts'

/** What clients may call a request is endless, and each would be a series of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

let inFlight = 0
/** Requests of this process that are not answered yet. */
export const requestsInFlight = (): number => inFlight

/** One line for each request, with the route's template: paths and queries hold ids and words of people. */
export function accessLog(logger: Logger): Middleware<RequestState> {
  return async (ctx, next) => {
    const started = performance.now()
    inFlight++
    try {
      await next()
    } finally {
      const ms = performance.now() - started
      inFlight--
      const at = { route: ctx.state.route ?? 'none', method: METHODS.has(ctx.method) ? ctx.method : 'other' }
      count('scenor_http_requests_total', { ...at, code: String(ctx.status) })
      observe('scenor_http_request_seconds', at, ms / 1000)
      const line = {
        method: ctx.method,
        route: ctx.state.route ?? null,
        http_status: ctx.status,
        duration_ns: Math.round(ms * 1_000) * 1_000,
        user_id: ctx.state.user?.id,
      }
      if (ctx.state.route?.startsWith('/health')) logger.debug(line, 'request')
      else logger.info(line, 'request')
    }
  }
}
