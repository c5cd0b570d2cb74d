import { findAccountByEmail } from '../../../db/auth/accounts.ts'
import { askedTogether } from '../../../db/asked-together.ts'
import { findProfileNames, usernameTaken } from '../../../db/users/profiles.ts'
import { fail } from '../../../errors/errors.ts'
import { canonicalEmail } from '../../../network/email-address.ts'
import { signIn } from '../../auth/sign-in.ts'
import type { ApiDeps } from '../../context.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Login, Me, presentMe, Registered, Registration, Tokens } from '../../schemas/auth.ts'
import { Operation } from '../../schemas/operations.ts'
import { newRegistration, registeredOrOperation } from './register.ts'

export function authRoutes(deps: ApiDeps): Route[] {
  const { config, databases, acceptor } = deps
  const { auth, users } = databases
  const nameOf = askedTogether((ids) => findProfileNames(users, ids))
  return [
    route({
      method: 'post',
      path: '/auth/register',
      summary: 'Register; 202 when it takes longer than about two seconds',
      auth: 'none',
      body: Registration,
      limits: ['auth_address', 'register_address'],
      sessionMode: true,
      knowsDevice: true,
      idempotent: true,
      responses: { 201: Registered, 202: Operation },
      errors: [
        'auth.email_taken',
        'auth.username_taken',
        'auth.password_weak',
        'rate.limited',
        // The same request came again, which is a sign-in like any other, and its password is the account's no longer.
        'auth.invalid_credentials',
        // The account went before its registration was through, or before the same request came again.
        'user.not_found',
      ],
      handle: async (request) => {
        let until = Date.now() + config.REGISTER_WAIT_MS
        const accepted = await acceptor.accept(request, auth, async () => {
          // Not asked of a repeated request: by then the name is its own.
          const { username } = request.body
          if (username && (await usernameTaken(users, username))) fail('auth.username_taken')
          const registration = await newRegistration(deps, request)
          // From here on, so that a Temporal server that hangs at the start takes no second time.
          until = Date.now() + config.REGISTER_WAIT_MS
          return registration
        })
        return registeredOrOperation(deps, request, accepted, until)
      },
    }),
    route({
      method: 'post',
      path: '/auth/login',
      summary: 'Sign in with e-mail and password',
      auth: 'none',
      body: Login,
      sessionMode: true,
      knowsDevice: true,
      responses: { 200: Tokens },
      errors: ['auth.invalid_credentials', 'rate.limited'],
      handle: async (request) => {
        const { password } = request.body
        const email = canonicalEmail(request.body.email)
        const account = await findAccountByEmail(auth, email)
        return { status: 200, ...(await signIn(deps, request, { email, password, account })) }
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
        const profile = (await nameOf(id)) ?? fail('user.not_found')
        return ok(presentMe({ id, roles, ...account }, profile))
      },
    }),
  ]
}
