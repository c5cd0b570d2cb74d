import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Logger } from '../../logger.ts'
import { stepOf, withTrace } from '../../trace.ts'
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
    // Made when something is said: a child costs more than the line of the access log, and most requests say nothing else.
    let log: Logger | undefined
    Object.defineProperty(ctx.state, 'log', { get: () => (log ??= logger.child({ request_id: id })) })
    ctx.set('X-Request-Id', id)
    return withTrace(stepOf(ctx.get('traceparent')), next)
  }
}
