import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { findAccount, findAccountByEmail, insertPendingAccount } from '../../db/auth/accounts.ts'
import type { AccountRow } from '../../db/auth/schema.ts'
import { findProfile, usernameTaken } from '../../db/users/profiles.ts'
import type { ProfileRow } from '../../db/users/schema.ts'
import { fail, isErrorCode } from '../../errors.ts'
import { REGISTRATION, registrationId, type RegistrationInput } from '../../workflows/registration.contract.ts'
import { operationOf, type Accepted } from '../accept.ts'
import type { ApiDeps } from '../context.ts'
import { created, ok, route, type Route } from '../route.ts'
import { Login, Me, Registered, Registration, Tokens } from '../schemas/auth.ts'
import { acceptedOperation, Operation } from '../schemas/operations.ts'

export function authRoutes({ config, databases, passwords, sessions, acceptor, temporal }: ApiDeps): Route[] {
  const { auth, users } = databases
  const client = (request: { header(name: string): string | undefined; ip: string }) => ({
    user_agent: request.header('user-agent')?.slice(0, 300) ?? null,
    ip: request.ip,
  })

  /** Waits for the workflow's end, at most so long. Whether it ended well is then read from the row. */
  const settled = async (accepted: Accepted) => {
    const end = temporal.withDeadline(Date.now() + config.REGISTER_WAIT_MS, () =>
      temporal.workflow.getHandle(accepted.body.id).result(),
    )
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
      errors: ['auth.email_taken', 'auth.username_taken'],
      handle: async (request) => {
        const { body, requestId } = request
        if (body.username && (await usernameTaken(users, body.username))) fail('auth.username_taken')
        const account = {
          id: uuidv7(),
          email: body.email,
          pepper_id: passwords.pepperId,
          phone_number: body.phone_number ?? null,
          password_hash: await passwords.hash(body.password),
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
        const accepted = await acceptor.accept(
          request,
          'auth',
          auth,
          operation,
          async (trx) => void (await insertPendingAccount(trx, account)),
        )
        // The kept answer is the operation: a repeated request finds the same user and opens a new session.
        const ended = await settled(accepted)
        if (ended.status === 'failed') fail(isErrorCode(ended.error_code) ? ended.error_code : 'internal.error')
        if (ended.status !== 'succeeded')
          return { ...acceptedOperation(ended, await request.language()), replayed: accepted.replayed }
        const [row, profile] = await Promise.all([
          findAccount(auth, ended.owner_id),
          findProfile(users, ended.owner_id),
        ])
        if (!row || !profile) return fail('user.not_found')
        const tokens = await sessions.open(row.id, client(request))
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
      errors: ['auth.invalid_credentials'],
      handle: async (request) => {
        const account = await findAccountByEmail(auth, request.body.email.trim().normalize('NFC').toLowerCase())
        // The same work, answer and time for an unknown address: a decoy is verified instead.
        const proven = await passwords.verify(account?.password_hash, request.body.password)
        if (!account || !proven || account.status !== 'active') fail('auth.invalid_credentials')
        return ok(await sessions.open(account.id, client(request)))
      },
    }),
    route({
      method: 'get',
      path: '/auth/me',
      summary: 'The caller’s own account',
      auth: 'user',
      responses: { 200: Me },
      handle: async ({ user }) => {
        const [row, profile] = await Promise.all([findAccount(auth, user.id), findProfile(users, user.id)])
        return row && profile ? ok(presentMe(row, profile)) : fail('user.not_found')
      },
    }),
  ]
}

const presentMe = (account: AccountRow, profile: ProfileRow) => ({
  id: account.id,
  email: account.email,
  email_verified: account.email_verified_at !== null,
  username: profile.username,
  full_name: profile.full_name,
  locale: profile.locale,
  roles: account.roles,
  created_at: account.created_at.toISOString(),
})
