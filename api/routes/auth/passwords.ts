import { changePassword, resetPassword } from '../../../commands/accounts.ts'
import { promiseAccountMail } from '../../../db/auth/account-mails.ts'
import { findAccount, findAccountByEmail } from '../../../db/auth/accounts.ts'
import { findOneTimeToken } from '../../../db/auth/one-time-tokens.ts'
import { findProfileName, forgetPhoneProof } from '../../../db/users/profiles.ts'
import { fail } from '../../../errors/errors.ts'
import { clientKey } from '../../../network/client-address.ts'
import { presentedDevice } from '../../auth/devices.ts'
import { isPasswordOf } from '../../auth/own-password.ts'
import { refuseWeak } from '../../auth/password-policy.ts'
import type { ApiDeps } from '../../context.ts'
import { type Caller } from '../../http/caller.ts'
import { originOf } from '../../http/origin.ts'
import { noContent, route, type Request, type Route } from '../../http/route.ts'
import { PasswordChange, PasswordForgot, PasswordReset } from '../../schemas/auth.ts'
import { tokenHash } from '../../../keys/token-hash.ts'

export function passwordRoutes(deps: ApiDeps): Route[] {
  const { config, passwords, sessions, sessionMode, throttle } = deps
  const { auth, users } = deps.databases
  /** What a new password may not be made of: the account is known by these words. */
  const wordsOf = async (accountId: string, email: string) => {
    const name = await findProfileName(users, accountId)
    return [email, name?.username, name?.full_name]
  }
  /** The caller's account, if this is its password. @throws AppError auth.password_wrong, rate.limited */
  const proven = async (request: Request<unknown, unknown, unknown, Caller>, password: string) => {
    const account = (await findAccount(auth, request.user.id)) ?? fail('auth.token_rejected')
    const kind = 'password_change_failed'
    return (await isPasswordOf(deps, request, { account, password, kind })) ? account : fail('auth.password_wrong')
  }

  return [
    route({
      method: 'post',
      path: '/auth/password/forgot',
      summary: 'Ask for a link to set a new password; the answer tells nothing of the account',
      auth: 'none',
      body: PasswordForgot,
      idempotent: true,
      responses: { 202: null },
      errors: ['rate.limited'],
      handle: async (request) => {
        const { email } = request.body
        const { allowed } = await throttle.take('mails_account', email)
        return request.once(auth, async (trx) => {
          const account = await findAccountByEmail(trx, email)
          // The same write for an unknown address; the mail itself goes out of another process, so the time tells nothing either.
          const to = allowed && account?.status === 'active' ? account.id : null
          await promiseAccountMail(trx, { account_id: to, kind: 'reset_password', request_id: request.requestId })
          return { status: 202 }
        })
      },
    }),
    route({
      method: 'post',
      path: '/auth/password/reset',
      summary: 'Set a new password with the token of a mail; all sessions end',
      auth: 'none',
      body: PasswordReset,
      knowsDevice: true,
      responses: { 204: null },
      errors: ['auth.token_invalid', 'auth.password_weak', 'rate.limited'],
      handle: async (request) => {
        const { token, password } = request.body
        const hash = tokenHash(token)
        const account = (await findOneTimeToken(auth, hash, 'reset_password')) ?? fail('auth.token_invalid')
        refuseWeak(password, await wordsOf(account.id, account.email), '/password')
        const next = await passwords.hash(password, clientKey(request.ip))
        // Nobody proved this address before: whoever registered it may be somebody else, and his telephone hears nothing more. Before the
        // token is used up, so that a crash in between lets the person try again.
        if (account.email_verified_at === null) await forgetPhoneProof(users, account.id)
        const origin = originOf(request)
        const device = await presentedDevice({ db: auth, sessionMode }, request, undefined)
        const ended = await auth
          .transaction()
          .execute((trx) => resetPassword(trx, { hash, next, device }, config.ADMIN_EMAILS, origin))
        sessions.forget(ended)
        return { ...noContent, ...sessionMode.presentDevice(request, device.token) }
      },
    }),
    route({
      method: 'post',
      path: '/auth/password/change',
      summary: 'Set a new password with the current one; other sessions end',
      auth: 'user',
      body: PasswordChange,
      limits: ['auth_address'],
      responses: { 204: null },
      errors: ['auth.password_wrong', 'auth.password_weak', 'rate.limited'],
      handle: async (request) => {
        const { body, user } = request
        const account = await proven(request, body.current_password)
        refuseWeak(body.new_password, await wordsOf(account.id, account.email), '/new_password')
        const next = await passwords.hash(body.new_password, clientKey(request.ip))
        const ended = await auth
          .transaction()
          .execute((trx) => changePassword(trx, account, next, user.session_id, originOf(request)))
        sessions.forget(ended)
        return noContent
      },
    }),
  ]
}
