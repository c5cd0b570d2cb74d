import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { findAccount, findAccountByEmail, insertPendingAccount, replacePassword } from '../../db/auth/accounts.ts'
import type { AccountRow } from '../../db/auth/schema.ts'
import { actRow, recordAct } from '../../db/auth/security-events.ts'
import { wasSignedInFrom } from '../../db/auth/sessions.ts'
import { findProfileName, usernameTaken, type ProfileName } from '../../db/users/profiles.ts'
import { fail, isErrorCode } from '../../errors.ts'
import { eventRow } from '../../events/outbox.ts'
import { REGISTRATION, registrationId, type RegistrationInput } from '../../workflows/registration.contract.ts'
import { operationOf, type Accepted } from '../accept.ts'
import type { ApiDeps } from '../context.ts'
import { admitAttempt } from '../login-guard.ts'
import { originOf } from '../origin.ts'
import { refuseWeak } from '../password-policy.ts'
import { created, ok, route, type Route } from '../route.ts'
import { canonicalEmail, Login, Me, Registered, Registration, Tokens } from '../schemas/auth.ts'
import { acceptedOperation, Operation } from '../schemas/operations.ts'
import { clientKey } from '../throttle.ts'

export function authRoutes({ config, databases, passwords, sessions, acceptor, temporal, throttle }: ApiDeps): Route[] {
  const { auth, users } = databases
  /** Waits for the workflow's end until then (ms since 1970). Whether it ended well is then read from the row. */
  const settled = async (accepted: Accepted, until: number) => {
    const end = temporal.withDeadline(until, () => temporal.workflow.getHandle(accepted.body.id).result())
    await end.catch(() => {})
    return operationOf(auth, accepted)
  }

  return [
    route({
      method: 'post',
      path: '/auth/register',
      summary: 'Register; 202 when it takes longer than about two seconds',
      auth: 'none',
      body: Registration,
      idempotent: true,
      responses: { 201: Registered, 202: Operation },
      // user.not_found: the account went before its registration was through, or before the same request came again.
      errors: ['auth.email_taken', 'auth.username_taken', 'auth.password_weak', 'rate.limited', 'user.not_found'],
      handle: async (request) => {
        const { body, requestId } = request
        await throttle.need('register_address', clientKey(request.ip))
        refuseWeak(body.password, [body.email, body.username, body.full_name], '/password')
        const account = {
          id: uuidv7(),
          email: body.email,
          phone_number: body.phone_number ?? null,
          ...(await passwords.hash(body.password)),
        }
        const operationId = registrationId(randomUUID())
        const input: RegistrationInput = {
          operation_id: operationId,
          account_id: account.id,
          // Nothing of the address in it: usernames are public.
          username: body.username ?? `user-${account.id.slice(-12)}`,
          full_name: body.full_name || null,
          locale: body.locale ?? null,
          has_phone_number: account.phone_number !== null,
          request_id: requestId,
        }
        const operation = {
          id: operationId,
          kind: 'registration' as const,
          owner_id: account.id,
          request_id: requestId,
          workflow: REGISTRATION,
          input,
          summary: 'registration',
        }
        // From here on, so that a Temporal server that hangs at the start takes no second time.
        const until = Date.now() + config.REGISTER_WAIT_MS
        const accepted = await acceptor.accept(
          request,
          'auth',
          auth,
          async () => {
            // Not asked of a repeated request: by then the name is its own.
            if (body.username && (await usernameTaken(users, body.username))) fail('auth.username_taken')
            return operation
          },
          async (trx) => void (await insertPendingAccount(trx, account)),
        )
        // The kept answer is the operation: a repeated request finds the same user and opens a new session.
        const ended = await settled(accepted, until)
        if (ended.status === 'failed') fail(isErrorCode(ended.error_code) ? ended.error_code : 'internal.error')
        if (ended.status !== 'succeeded')
          return { ...acceptedOperation(ended, await request.language()), replayed: accepted.replayed }
        const [row, profile] = await Promise.all([
          findAccount(auth, ended.owner_id),
          findProfileName(users, ended.owner_id),
        ])
        if (!row || !profile) return fail('user.not_found')
        const { ip, user_agent } = originOf(request)
        const tokens = await sessions.open(row.id, { ip, user_agent })
        return {
          ...created({ ...tokens, user: presentMe(row, profile) }, `/api/v1/users/${row.id}`),
          replayed: accepted.replayed,
        }
      },
    }),
    route({
      method: 'post',
      path: '/auth/login',
      summary: 'Sign in with e-mail and password',
      auth: 'none',
      body: Login,
      responses: { 200: Tokens },
      errors: ['auth.invalid_credentials', 'rate.limited'],
      handle: async (request) => {
        const { body, ip, requestId } = request
        const origin = originOf(request)
        const email = canonicalEmail(body.email)
        const account = await findAccountByEmail(auth, email)
        const known = async () => account !== undefined && wasSignedInFrom(auth, account.id, ip)
        const attempt = await admitAttempt(throttle, { email, ip, known })
        // The same work, answer and time for an unknown address: a decoy is verified instead.
        const proven = await passwords.verify(account, body.password)
        if (!account || !proven || account.status !== 'active') {
          await recordAct(auth, { kind: 'login_failed', account_id: account?.id ?? null }, origin)
          return fail('auth.invalid_credentials', { headers: attempt.headers })
        }
        await attempt.succeeded()
        if (passwords.isOutdated(account))
          await replacePassword(auth, account.id, account.password_hash, await passwords.hash(body.password))
        const { user_agent } = origin
        const tokens = await sessions.open(account.id, { ip, user_agent }, (session_id) => ({
          act: actRow({ kind: 'login', account_id: account.id, session_id }, origin),
          event: eventRow('user_logged_in', { user_id: account.id }, requestId),
        }))
        return ok(tokens, { headers: attempt.headers })
      },
    }),
    route({
      method: 'get',
      path: '/auth/me',
      summary: 'The caller’s own account',
      auth: 'user',
      responses: { 200: Me },
      handle: async ({ user }) => {
        // The account came with the session; only the profile is read.
        const { id, roles, account = fail('user.not_found') } = user
        const profile = (await findProfileName(users, id)) ?? fail('user.not_found')
        return ok(presentMe({ id, roles, ...account }, profile))
      },
    }),
  ]
}

type MeAccount = Pick<AccountRow, 'id' | 'email' | 'email_verified_at' | 'created_at'> & {
  readonly roles: readonly string[]
}

const presentMe = (account: MeAccount, profile: ProfileName) => ({
  id: account.id,
  email: account.email,
  email_verified: account.email_verified_at !== null,
  username: profile.username,
  full_name: profile.full_name,
  locale: profile.locale,
  roles: account.roles,
  created_at: account.created_at.toISOString(),
})
