import Router from '@koa/router'
import Koa from 'koa'
import type { z } from 'zod'
import { AppError, fail } from '../errors.ts'
import { verifyServiceToken, type ServiceScope } from '../service-token.ts'
import { SERVICES, type Service } from '../services.ts'
import { readJson } from './body.ts'
import { mountCodecServer } from './codec-server.ts'
import type { ApiDeps } from './context.ts'
import { authQuestions } from './internal/auth.ts'
import { scenarioQuestions } from './internal/scenarios.ts'
import { userQuestions } from './internal/users.ts'
import { problemOf } from './problem.ts'
import { uuidOrUndefined } from './schemas/text.ts'
import { validate } from './validate.ts'

/** What a question is answered with; undefined is 404, null is 204. */
export type InternalAnswer = object | null | undefined

/** A question that another service may ask. Paths are below `/internal/<service>`; `{id}` is always a UUID. */
export interface Question {
  readonly method: 'get' | 'post' | 'put'
  readonly path: string
  readonly scope: ServiceScope
  readonly body?: z.ZodType
  readonly answer: (asked: { params: Record<string, string>; body: never; from: string }) => Promise<InternalAnswer>
}

export type InternalDeps = Pick<ApiDeps, 'config' | 'databases' | 'keys' | 'logger' | 'sessions'>

/** An archive of all that a service has on a person is the largest. */
const BODY_LIMIT = 64 * 1024 * 1024

/**
 * What services ask each other, on a port of its own that the gateway never exposes. Every call needs a service token for the
 * service asked, with the scope of the question.
 */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, keys, logger } = deps
  const questions: Record<Service, readonly Question[]> = {
    auth: authQuestions(deps),
    users: userQuestions(deps),
    scenarios: scenarioQuestions(deps),
    ai: [],
    notifications: [],
  }
  const allow = async (header: string, audience: Service, scope: ServiceScope): Promise<string> => {
    const token = /^Bearer (\S{1,4096})$/.exec(header)?.[1] ?? fail('auth.required')
    const caller = await verifyServiceToken(keys.serviceToken, token, audience).catch(() => fail('auth.token_rejected'))
    if (!caller.scopes.includes(scope)) fail('access.denied')
    return caller.service
  }
  const router = new Router({ prefix: '/internal', strict: true, sensitive: true })
  for (const service of SERVICES.filter((s) => config.SERVICES.includes(s))) {
    for (const question of questions[service]) {
      const path = `/${service}${question.path.replace(/\{(\w+)\}/g, ':$1')}`
      router.register(path, [question.method], async (ctx) => {
        const from = await allow(ctx.get('authorization'), service, question.scope)
        const params = ctx['params'] as Record<string, string>
        if ('id' in params && !uuidOrUndefined(params['id'])) fail('route.not_found')
        const body = question.body && validate(question.body, await readJson(ctx.req, BODY_LIMIT))
        const answer = await question.answer({ params, body: body as never, from })
        if (answer === undefined) fail('user.not_found')
        ctx.status = answer === null ? 204 : 200
        if (answer !== null) ctx.body = answer
      })
    }
  }
  const app = new Koa()
  app.use(async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined) fail('route.not_found')
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('internal.error')
      if (known !== error) logger.error({ err: error }, 'an internal call failed')
      ctx.status = known.status
      ctx.type = 'application/problem+json'
      ctx.body = JSON.stringify(problemOf(known, 'en', ctx.get('x-request-id')))
    }
    ctx.set('Cache-Control', 'no-store')
  })
  app.use(router.routes())
  mountCodecServer(app, deps)
  return app
}
