import type { Middleware } from 'koa'
import { v7 as uuidv7 } from 'uuid'
import type { Logger } from '../../logger.ts'
import type { RequestState } from './state.ts'

const ACCEPTABLE = /^[\x21-\x7e]{8,128}$/

/** The id that a request has in its answer, in every log line and in the memo of the workflow it starts. */
export function requestId(logger: Logger): Middleware<RequestState> {
  return (ctx, next) => {
    const given = ctx.get('x-request-id')
    ctx.state.requestId = ACCEPTABLE.test(given) ? given : uuidv7()
    ctx.state.log = logger.child({ request_id: ctx.state.requestId })
    ctx.set('X-Request-Id', ctx.state.requestId)
    return next()
  }
}
