import { askForEmail, verifyEmail } from '../../../commands/accounts.ts'
import { promiseAccountMail } from '../../../db/auth/account-mails.ts'
import { findAccount, hasNoAddress, isEmailFree } from '../../../db/auth/accounts.ts'
import { findOneTimeToken } from '../../../db/auth/one-time-tokens.ts'
import { fail } from '../../../errors/errors.ts'
import { freshlySignedIn, isPasswordOf } from '../../auth/own-password.ts'
import type { ApiDeps } from '../../context.ts'
import { originOf } from '../../http/origin.ts'
import { noContent, route, type Route } from '../../http/route.ts'
import { EmailChange, EmailProof } from '../../schemas/auth.ts'
import { tokenHash } from '../../../keys/token-hash.ts'

export function verificationRoutes(deps: ApiDeps): Route[] {
  const { config, sessions, throttle } = deps
  const { auth } = deps.databases
  return [
    route({
      method: 'post',
      path: '/auth/verify-email',
      summary: 'Prove an address with the token of a mail, in a session of that account or with its password',
      auth: 'optional',
      body: EmailProof,
      responses: { 204: null },
      errors: ['auth.token_invalid', 'auth.proof_needed', 'auth.email_taken', 'rate.limited'],
      handle: async (request) => {
        const { token, password } = request.body
        const hash = tokenHash(token)
        const account = (await findOneTimeToken(auth, hash, 'verify_email')) ?? fail('auth.token_invalid')
        // Whoever owns the mailbox need not be who registered: the click of one gives the other nothing, and uses nothing up.
        const proven =
          request.user?.id === account.id ||
          (password !== undefined &&
            (await isPasswordOf(deps, request, { account, password, kind: 'password_proof_failed' })))
        if (!proven) fail('auth.proof_needed')
        const origin = originOf(request)
        const changed = await auth.transaction().execute((trx) => verifyEmail(trx, hash, config.ADMIN_EMAILS, origin))
        changed.forEach(sessions.forgetAccount)
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
        const { allowed } = await throttle.take('mails_account', user.id)
        return request.once(auth, async (trx) => {
          const account = await findAccount(trx, user.id)
          if (allowed && account?.email_verified_at === null && !hasNoAddress(account))
            await promiseAccountMail(trx, { account_id: account.id, kind: 'verify_email', request_id: requestId })
          return { status: 202 }
        })
      },
    }),
    route({
      method: 'post',
      path: '/auth/email/change',
      summary: 'Ask for another address; it counts once the link that is sent there was followed',
      auth: 'user',
      body: EmailChange,
      idempotent: true,
      responses: { 202: null },
      errors: ['auth.fresh_login_needed', 'auth.email_taken', 'rate.limited'],
      handle: async (request) => {
        const { new_email, password } = request.body
        const account = await freshlySignedIn(deps, request, password)
        if (!(await isEmailFree(auth, new_email))) fail('auth.email_taken')
        await throttle.need('mails_account', account.id)
        // By address too: for those who have a stranger's mailbox filled by many accounts.
        await throttle.need('mails_account', new_email)
        return request.once(auth, async (trx) => {
          await askForEmail(trx, account, new_email, request.requestId)
          return { status: 202 }
        })
      },
    }),
  ]
}
