import { findAccount, markVerified, setRoles } from '../../db/auth/accounts.ts'
import { consumeOneTimeToken, oneTimeTokenHash, promiseLetter } from '../../db/auth/letters.ts'
import { recordAct } from '../../db/auth/security-events.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ApiDeps } from '../context.ts'
import { originOf } from '../origin.ts'
import { noContent, route, type Route } from '../route.ts'
import { OneTimeToken } from '../schemas/auth.ts'
import { clientKey } from '../throttle.ts'

export function verificationRoutes({ config, databases: { auth }, sessions, throttle }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/auth/verify-email',
      summary: 'Prove an address with the token of a mail',
      auth: 'none',
      body: OneTimeToken,
      responses: { 204: null },
      errors: ['auth.token_invalid', 'rate.limited'],
      handle: async (request) => {
        await throttle.need('auth_address', clientKey(request.ip))
        const origin = originOf(request)
        const id = await auth.transaction().execute(async (trx) => {
          const token = oneTimeTokenHash(request.body.token)
          const account_id = (await consumeOneTimeToken(trx, token, 'verify_email')) ?? fail('auth.token_invalid')
          const account = (await findAccount(trx, account_id)) ?? fail('auth.token_invalid')
          if (!(await markVerified(trx, account_id))) return account_id
          await recordAct(trx, { kind: 'email_verified', account_id }, origin)
          await appendEvent(trx, 'user_verified', { user_id: account_id }, origin.request_id)
          // An address of the operators' list makes an admin only once it is proven to be theirs.
          if (config.ADMIN_EMAILS.includes(account.email) && (await setRoles(trx, account_id, ['user', 'admin'])))
            await recordAct(trx, { kind: 'role_changed', account_id }, origin)
          return account_id
        })
        sessions.forgetAccount(id)
        return noContent
      },
    }),
    route({
      method: 'post',
      path: '/auth/verify-email/resend',
      summary: 'Ask for the mail with the link again',
      auth: 'user',
      idempotent: true,
      responses: { 202: null },
      handle: async (request) => {
        const { user, requestId } = request
        const { allowed } = await throttle.take('letters_account', user.id)
        return request.once(auth, async (trx) => {
          const account = await findAccount(trx, user.id)
          if (allowed && account?.email_verified_at === null)
            await promiseLetter(trx, { account_id: account.id, kind: 'verify_email', request_id: requestId })
          return { status: 202 }
        })
      },
    }),
  ]
}
