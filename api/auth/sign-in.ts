import type { Kysely } from 'kysely'
import { loginRecords } from '../../commands/accounts.ts'
import { replaceHash } from '../../db/auth/accounts.ts'
import { looksKnown } from '../../db/auth/devices.ts'
import type { AccountRow, AuthDb } from '../../db/auth/schema.ts'
import { recordSecurityEvent } from '../../db/auth/security-events.ts'
import { wasSignedInFrom } from '../../db/auth/sessions.ts'
import { fail } from '../../errors/errors.ts'
import { clientKey } from '../../network/client-address.ts'
import type { ApiDeps } from '../context.ts'
import { originOf } from '../http/origin.ts'
import type { Request } from '../http/route.ts'
import { presentedDevice } from './devices.ts'
import { admitAttempt } from './login-guard.ts'

interface Trying {
  /** Canonical; counted whether there is such an account or not. */
  readonly email: string
  readonly password: string
  /** Undefined: there is none. */
  readonly account: AccountRow | undefined
  /** Whether only the password of the registration opens it: a replayed registration proves nothing about later ones. */
  readonly firstPasswordOnly?: boolean
}

/** What the client is given, as it wants to keep it. */
export interface SignedIn {
  readonly body: object
  readonly cookies: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

export type SignInDeps = Pick<ApiDeps, 'databases' | 'passwords' | 'sessions' | 'sessionMode' | 'throttle'>

/**
 * Signs in by password. Every session begins here, but that of a registration at the moment it is made. Same work, answer and time for an
 * address that nobody has: a decoy is verified instead.
 * @throws AppError auth.invalid_credentials, rate.limited
 */
export async function signIn(
  { databases: { auth }, passwords, sessions, sessionMode, throttle }: SignInDeps,
  request: Request<unknown, unknown, unknown, unknown>,
  { email, password, account, firstPasswordOnly = false }: Trying,
): Promise<SignedIn> {
  const { ip } = request
  const origin = originOf(request)
  const device = await presentedDevice({ db: auth, sessionMode }, request, account?.id)
  const attempt = await admitAttempt(throttle, {
    ...{ email, account, ip },
    device: device.id,
    known: async () => account !== undefined && isFamiliar(auth, account.id, ip, device.fingerprint),
  })
  const refuse = async () => {
    await recordSecurityEvent(auth, { kind: 'login_failed', account_id: account?.id ?? null }, origin)
    return fail('auth.invalid_credentials', { headers: attempt.headers })
  }
  const proven = await passwords.verify(account, password, clientKey(ip))
  if (!account || !proven || account.status !== 'active') return refuse()
  if (firstPasswordOnly && account.password_changed_at !== null) return refuse()
  const { user_agent } = origin
  const mayBeFirst = device.id === null ? isNew(account) : undefined
  const tokens = await sessions.open(account, { ip, user_agent }, device, (id) =>
    loginRecords(account.id, id, origin, mayBeFirst),
  )
  // Replaced while it was hashed: that password is the old one by now.
  if (!tokens) return refuse()
  await attempt.succeeded()
  if (passwords.isOutdated(account))
    await replaceHash(auth, account.id, account.password_hash, await passwords.hash(password, clientKey(ip)))
  const { body, cookies } = sessionMode.present(request, tokens)
  const kept = sessionMode.presentDevice(request, device.token)
  return { body, cookies: [...cookies, ...kept.cookies], headers: { ...attempt.headers, ...kept.headers } }
}

/** Whether address, or address and program, are of somebody who was signed in before. */
export const isFamiliar = async (
  auth: Kysely<AuthDb>,
  accountId: string,
  ip: string,
  fingerprint: Buffer,
): Promise<boolean> => (await wasSignedInFrom(auth, accountId, ip)) || (await looksKnown(auth, accountId, fingerprint))

/** How long after a registration the first sign-in is taken for the rest of it. */
const FIRST_MS = 86_400_000

const isNew = ({ created_at, password_changed_at }: AccountRow): boolean =>
  Date.now() - created_at.getTime() < FIRST_MS && password_changed_at === null
