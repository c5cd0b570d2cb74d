import Router from '@koa/router'
import Koa from 'koa'
import { findAccount } from '../db/auth/accounts.ts'
import { AppError, fail } from '../errors.ts'
import { verifyServiceToken, type ServiceScope } from '../service-token.ts'
import type { Service } from '../services.ts'
import type { ApiDeps } from './context.ts'
import { problemOf } from './problem.ts'
import { uuidOrUndefined } from './schemas/text.ts'

/**
 * What services ask each other, on a port of its own that the gateway never exposes. Every call needs a service token for the
 * service asked, with the scope of the question.
 */
export function createInternalApp({
  config,
  databases,
  keys,
  logger,
}: Pick<ApiDeps, 'config' | 'databases' | 'keys' | 'logger'>): Koa {
  const allow = async (header: string, audience: Service, scope: ServiceScope) => {
    const token = /^Bearer (\S{1,4096})$/.exec(header)?.[1] ?? fail('auth.required')
    const caller = await verifyServiceToken(keys.serviceToken, token, audience).catch(() => fail('auth.token_rejected'))
    if (!caller.scopes.includes(scope)) fail('access.denied')
  }
  const router = new Router({ prefix: '/internal' })
  if (config.SERVICES.includes('auth')) {
    router.get('/auth/accounts/:id/contacts', async (ctx) => {
      await allow(ctx.get('authorization'), 'auth', 'contacts:read')
      const id = uuidOrUndefined(ctx['params'].id) ?? fail('user.not_found')
      const account = (await findAccount(databases.auth, id)) ?? fail('user.not_found')
      ctx.body = { email: account.email, phone_number: account.phone_number }
    })
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
  return app
}
