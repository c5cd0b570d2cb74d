import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Logger } from '../../../telemetry/logger.ts'
import { inStep, KIND, type Span } from '../../../telemetry/spans.ts'
import { childSpan, withTrace } from '../../../telemetry/trace.ts'
import type { RequestState } from './state.ts'

const ACCEPTABLE = /^[\x21-\x7e]{8,128}$/

/**
 * The id that a request has in its answer, in every log line and in the memo of the workflow it starts; and its step in the
 * caller's trace (W3C `traceparent`), which workflows and events carry on.
 */
export function requestId(logger: Logger): Middleware<RequestState> {
  return (ctx, next) => {
    const given = ctx.get('x-request-id')
    const id = ACCEPTABLE.test(given) ? given : randomUUID()
    ctx.state.requestId = id
    ctx.state.log = logger
    ctx.set('X-Request-Id', id)
    const parent = ctx.get('traceparent')
    const fields = { request_id: id }
    // Probes come every few seconds and are of interest to nobody.
    if (ctx.path.startsWith('/health')) return withTrace(childSpan(parent), next, fields)
    const told = async (span: Span) => {
      await next()
      const { route, user } = ctx.state
      span.set({
        name: `${ctx.method} ${route ?? 'none'}`,
        'http.route': route,
        'http.response.status_code': ctx.status,
        'user.id': user?.id,
        ...(ctx.status >= 500 && { 'error.type': String(ctx.status) }),
      })
    }
    const attributes = () => ({ 'http.request.method': ctx.method, 'http.request.id': id })
    return inStep({ name: ctx.method, kind: KIND.server, parent, attributes, fields }, told)
  }
}
