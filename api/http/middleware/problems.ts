import { STATUS_CODES } from 'node:http'
import type { Middleware } from 'koa'
import { isUnavailable } from '../../../db/connection.ts'
import { isOfErasedPerson } from '../../../db/retention/erased-people.ts'
import { AppError } from '../../../errors/errors.ts'
import { stillWaits } from '../listen.ts'
import { problemOf } from '../problem.ts'
import type { RequestState } from './state.ts'
import { count } from '../../../telemetry/tally.ts'

/** What nobody knows better for passes within it, mostly. */
const RETRY_AFTER_S = '5'

/** The one edge where errors become answers. What is not of the closed table is a 500 that says nothing, and a log line that says all. */
export const problems: Middleware<RequestState> = async (ctx, next) => {
  try {
    await next()
  } catch (thrown) {
    const error = asAppError(thrown)
    count('scenor_problems_total', { code: error.code })
    if (error.code === 'internal.error')
      ctx.state.log.error({ err: thrown, route: ctx.state.route }, 'unexpected error')
    else if (error.status >= 500)
      ctx.state.log.warn({ err: error.cause ?? thrown, code: error.code }, STATUS_CODES[error.status] ?? 'refused')
    const language = await ctx.state.language().catch(() => 'en' as const)
    ctx.status = error.status
    // RFC 9110 §11.6.1: every 401 says how to do better.
    if (error.status === 401) ctx.set('WWW-Authenticate', 'Bearer')
    ctx.set(error.details.headers ?? {})
    if (error.status === 503 && !ctx.res.hasHeader('retry-after')) ctx.set('Retry-After', RETRY_AFTER_S)
    ctx.set('X-Should-Retry', String(error.retryHelps))
    if (stillWaits(ctx.res)) ctx.set('Connection', 'close')
    ctx.set('Content-Language', language)
    ctx.type = 'application/problem+json'
    ctx.body = JSON.stringify(problemOf(error, language, ctx.state.requestId))
  }
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (isUnavailable(thrown))
    return new AppError('service.unavailable', { cause: thrown, headers: { 'Retry-After': '2' } })
  if (isOfErasedPerson(thrown)) return new AppError('user.not_found', { cause: thrown })
  return new AppError('internal.error', { cause: thrown })
}
