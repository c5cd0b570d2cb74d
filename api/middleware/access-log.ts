import type { Middleware } from 'koa'
import type { RequestState } from './state.ts'

/** One line for each request, with the route's template: paths and queries hold ids and words of people. */
export const accessLog: Middleware<RequestState> = async (ctx, next) => {
  const started = performance.now()
  try {
    await next()
  } finally {
    const line = {
      method: ctx.method,
      route: ctx.state.route ?? null,
      status: ctx.status,
      ms: Math.round(performance.now() - started),
      user_id: ctx.state.user?.id,
    }
    if (ctx.state.route?.startsWith('/health')) ctx.state.log.debug(line, 'request')
    else ctx.state.log.info(line, 'request')
  }
}
