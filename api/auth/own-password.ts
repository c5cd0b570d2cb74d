import type { AccountRow } from '../../db/auth/schema.ts'
import { recordSecurityEvent, type SecurityEvent } from '../../db/auth/security-events.ts'
import { isFreshSession } from '../../db/auth/sessions.ts'
import { findAccount } from '../../db/auth/accounts.ts'
import { fail } from '../../errors/errors.ts'
import { clientKey } from '../../network/client-address.ts'
import type { ApiDeps } from '../context.ts'
import type { Caller } from '../http/caller.ts'
import { originOf } from '../http/origin.ts'
import type { Request } from '../http/route.ts'
import { fingerprintOf } from './devices.ts'
import { admitAttempt } from './login-guard.ts'
import { isFamiliar } from './sign-in.ts'

type Deps = Pick<ApiDeps, 'databases' | 'passwords' | 'throttle'>
type AnyRequest = Request<unknown, unknown, unknown, Caller | undefined>

/**
 * Whether this is the password of that account: a try like any other, limited and written down.
 * @throws AppError rate.limited
 */
export async function isPasswordOf(
  { databases: { auth }, passwords, throttle }: Deps,
  request: AnyRequest,
  { account, password, kind }: { account: AccountRow; password: string; kind: SecurityEvent['kind'] },
): Promise<boolean> {
  const { ip, user } = request
  // Whoever is signed in there has tries of their own: guessing by others keeps nobody from changing a password.
  const session_id = user?.id === account.id ? user.session_id : null
  const known = () => isFamiliar(auth, account.id, ip, fingerprintOf(request))
  const attempt = await admitAttempt(throttle, { email: account.email, account, ip, device: session_id, known })
  const right = await passwords.verify(account, password, clientKey(ip))
  if (right) await attempt.succeeded()
  else await recordSecurityEvent(auth, { kind, account_id: account.id, session_id }, originOf(request))
  return right
}

/**
 * The caller's account, for what cannot be undone: signed in a short time ago, or with its password now. A token that was stolen, or a
 * machine that was left alone, is not enough.
 * @throws AppError auth.fresh_login_needed, rate.limited
 */
export async function freshlySignedIn(
  deps: Deps,
  request: Request<unknown, unknown, unknown, Caller>,
  password: string | undefined,
): Promise<AccountRow> {
  const { auth } = deps.databases
  const { user } = request
  const account = (await findAccount(auth, user.id)) ?? fail('auth.token_rejected')
  const proven =
    (await isFreshSession(auth, user.session_id)) ||
    (password !== undefined &&
      (await isPasswordOf(deps, request, { account, password, kind: 'password_proof_failed' })))
  return proven ? account : fail('auth.fresh_login_needed')
}
