import type { TLSSocket } from 'node:tls'
import Router from '@koa/router'
import Koa from 'koa'
import { AppError, fail } from '../../errors/errors.ts'
import { secondsLate, verifyServiceToken, type ServiceScope } from '../../internal/token.ts'
import { SERVICES, type Service } from '../../services.ts'
import { readJson } from '../http/body.ts'
import { mountCodecServer } from './codec-server.ts'
import { mountVerify } from './verify.ts'
import { authInternalRoutes } from './auth.ts'
import { scenarioInternalRoutes } from './scenarios.ts'
import { userInternalRoutes } from './users.ts'
import { problemOf } from '../http/problem.ts'
import { inStep, KIND } from '../../telemetry/spans.ts'
import { uuidOrUndefined } from '../schemas/text.ts'
import { validate } from '../http/validate.ts'
import type { InternalDeps, InternalRoute } from './internal-route.ts'

/** A piece of a person's archive is the largest, when it is one large row. */
const BODY_LIMIT = 64 * 1024 * 1024

/**
 * What services ask each other, on a port of its own that the gateway never exposes. Every call needs a service token for the
 * service asked, with the scope of the route.
 */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, keys, logger } = deps
  const routes: Record<Service, readonly InternalRoute[]> = {
    auth: authInternalRoutes(deps),
    users: userInternalRoutes(deps),
    scenarios: scenarioInternalRoutes(deps),
    ai: [],
    notifications: [],
  }
  const reject = (error: unknown): never => {
    const seconds = secondsLate(error)
    if (seconds !== undefined)
      logger.error({ seconds }, 'a service token was over when it came: the clocks of two processes differ by that')
    return fail('auth.token_rejected')
  }
  const allow = async (header: string, audience: Service, scope: ServiceScope): Promise<string> => {
    const token = /^Bearer (\S{1,4096})$/.exec(header)?.[1] ?? fail('auth.required')
    const caller = await verifyServiceToken(keys.serviceToken, token, audience).catch(reject)
    if (!caller.scopes.includes(scope)) fail('access.denied')
    return caller.service
  }
  const router = new Router({ prefix: '/internal', strict: true, sensitive: true })
  for (const service of SERVICES.filter((s) => config.SERVICES.includes(s))) {
    for (const route of routes[service]) {
      const path = `/${service}${route.path.replace(/\{(\w+)\}/g, ':$1')}`
      router.register(path, [route.method], async (ctx) => {
        const from = await allow(ctx.get('authorization'), service, route.scope)
        const params = ctx['params'] as Record<string, string>
        if ('id' in params && !uuidOrUndefined(params['id'])) fail('route.not_found')
        const body =
          route.body && validate(route.body, await readJson(ctx.req, { bytes: BODY_LIMIT, values: Infinity }))
        const answer = await route.answer({ params, body: body as never, from })
        if (answer === undefined) fail('user.not_found')
        ctx.status = answer === null ? 204 : 200
        if (answer !== null) ctx.body = answer
      })
    }
  }
  const app = new Koa()
  if (config.SERVICE_TLS_CA !== undefined) app.use(ofOurs)
  app.use((ctx, next) =>
    inStep({ name: ctx.method, kind: KIND.server, parent: ctx.get('traceparent') }, async (span) => {
      await next()
      const route = `/internal${String(ctx['_matchedRoute'] ?? '').replace(/^\/internal/, '')}`
      span.set({ name: `${ctx.method} ${route}`, 'http.route': route, 'http.response.status_code': ctx.status })
    }),
  )
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
  mountVerify(app, deps)
  mountCodecServer(app, deps)
  return app
}

/** Of the codec server alone, whose callers are browsers of operators. */
const FOR_BROWSERS = /^\/codec(\/|$)/

/** Only who shows a certificate of the installation's authority; the token is asked for all the same. */
const ofOurs: Koa.Middleware = async ({ req, res, path }, next) => {
  if (FOR_BROWSERS.test(path) || (req.socket as TLSSocket).authorized) return next()
  res
    .writeHead(403, { 'content-type': 'text/plain', connection: 'close' })
    .end('a certificate of this installation is wanted\n')
}
