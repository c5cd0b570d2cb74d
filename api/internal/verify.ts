import type Koa from 'koa'
import { fail } from '../../errors/errors.ts'
import type { InternalDeps } from './internal-route.ts'

/** Where the gateway asks; it passes the client's `Authorization` on. */
export const VERIFY_PATH = '/verify'
/** Of the answer, for the gateway's limits and log: who it is. */
export const PERSON_HEADER = 'X-Person'

/**
 * The gateway's question before it lets a request in (`auth_request`): 204 with the person of a living session, else 401. The API looks
 * again by itself and believes no header: this keeps bodies of strangers out and counts people by what they are.
 */
export function mountVerify(app: Koa, { sessions }: Pick<InternalDeps, 'sessions'>): void {
  app.use(async (ctx, next) => {
    if (ctx.path !== VERIFY_PATH) return next()
    // A browser asks before it sends a token, and has none yet.
    if ((ctx.get('x-original-method') || ctx.get('x-forwarded-method')) !== 'OPTIONS') {
      const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(ctx.get('authorization'))?.[1] ?? fail('auth.required')
      const caller = (await sessions.caller(token)) ?? fail('auth.token_rejected')
      ctx.set(PERSON_HEADER, caller.id)
    }
    ctx.status = 204
  })
}
