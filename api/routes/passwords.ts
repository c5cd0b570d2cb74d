import type { Transaction } from 'kysely'
import { findAccount, findAccountByEmail, replacePassword, setPassword } from '../../db/auth/accounts.ts'
import {
  consumeOneTimeToken,
  dropOneTimeTokens,
  findOneTimeToken,
  oneTimeTokenHash,
  promiseLetter,
} from '../../db/auth/letters.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { recordAct, type ActOrigin } from '../../db/auth/security-events.ts'
import { revokeSessions, wasSignedInFrom } from '../../db/auth/sessions.ts'
import { findProfileName } from '../../db/users/profiles.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ApiDeps } from '../context.ts'
import { admitAttempt } from '../login-guard.ts'
import { originOf } from '../origin.ts'
import { refuseWeak } from '../password-policy.ts'
import { noContent, route, type Route } from '../route.ts'
import { PasswordChange, PasswordForgot, PasswordReset } from '../schemas/auth.ts'
import { clientKey } from '../throttle.ts'

export function passwordRoutes({ databases: { auth, users }, passwords, sessions, throttle }: ApiDeps): Route[] {
  /** What a new password may not be made of: the account is known by these words. */
  const wordsOf = async (accountId: string, email: string) => {
    const name = await findProfileName(users, accountId)
    return [email, name?.username, name?.full_name]
  }
  /** What a new password brings with it, in its transaction: other sessions end, links in mails die, and the person is told. */
  const replaced = async (
    trx: Transaction<AuthDb>,
    { accountId, keep, kind }: { accountId: string; keep?: string; kind: 'password_changed' | 'password_reset' },
    origin: ActOrigin,
  ) => {
    await dropOneTimeTokens(trx, accountId, 'reset_password')
    const ended = await revokeSessions(trx, accountId, keep === undefined ? {} : { except: keep }, kind)
    await recordAct(trx, { kind, account_id: accountId, session_id: keep ?? null }, origin)
    // The notification that follows is the mail too: it can be switched off on no channel.
    await appendEvent(trx, 'user_password_changed', { user_id: accountId }, origin.request_id)
    return ended
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
        await throttle.need('auth_address', clientKey(request.ip))
        const { allowed } = await throttle.take('letters_account', email)
        return request.once(auth, async (trx) => {
          const account = await findAccountByEmail(trx, email)
          // The same write for an unknown address; the mail itself goes out of another process, so the time tells nothing either.
          const to = allowed && account?.status === 'active' ? account.id : null
          await promiseLetter(trx, { account_id: to, kind: 'reset_password', request_id: request.requestId })
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
      responses: { 204: null },
      errors: ['auth.token_invalid', 'auth.password_weak', 'rate.limited'],
      handle: async (request) => {
        const { token, password } = request.body
        await throttle.need('auth_address', clientKey(request.ip))
        const hash = oneTimeTokenHash(token)
        const account = (await findOneTimeToken(auth, hash, 'reset_password')) ?? fail('auth.token_invalid')
        refuseWeak(password, await wordsOf(account.account_id, account.email), '/password')
        const next = await passwords.hash(password)
        const ended = await auth.transaction().execute(async (trx) => {
          // Used up before the change: of two requests at once one changes the password.
          const accountId = (await consumeOneTimeToken(trx, hash, 'reset_password')) ?? fail('auth.token_invalid')
          await setPassword(trx, accountId, next)
          return replaced(trx, { accountId, kind: 'password_reset' }, originOf(request))
        })
        sessions.forget(ended)
        return noContent
      },
    }),
    route({
      method: 'post',
      path: '/auth/password/change',
      summary: 'Set a new password with the current one; other sessions end',
      auth: 'user',
      body: PasswordChange,
      responses: { 204: null },
      errors: ['auth.password_wrong', 'auth.password_weak', 'rate.limited'],
      handle: async (request) => {
        const { body, user, ip } = request
        const account = (await findAccount(auth, user.id)) ?? fail('auth.token_rejected')
        const known = () => wasSignedInFrom(auth, account.id, ip)
        const attempt = await admitAttempt(throttle, { email: account.email, ip, known })
        if (!(await passwords.verify(account, body.current_password))) {
          const act = { kind: 'password_change_failed', account_id: account.id, session_id: user.session_id } as const
          await recordAct(auth, act, originOf(request))
          fail('auth.password_wrong')
        }
        await attempt.succeeded()
        refuseWeak(body.new_password, await wordsOf(account.id, account.email), '/new_password')
        const next = await passwords.hash(body.new_password)
        const ended = await auth.transaction().execute(async (trx) => {
          // Another change was faster: the password that was proven is not the current one any more.
          if (!(await replacePassword(trx, account.id, account.password_hash, next))) fail('auth.password_wrong')
          const kept = { accountId: account.id, keep: user.session_id, kind: 'password_changed' as const }
          return replaced(trx, kept, originOf(request))
        })
        sessions.forget(ended)
        return noContent
      },
    }),
  ]
}
