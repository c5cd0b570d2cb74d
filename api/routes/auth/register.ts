import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Order } from '../../../commands/orders.ts'
import { registrationOrder } from '../../../commands/registrations.ts'
import { findAccount } from '../../../db/auth/accounts.ts'
import type { AccountRow, AuthDb } from '../../../db/auth/schema.ts'
import { findProfileName } from '../../../db/users/profiles.ts'
import { fail, isErrorCode } from '../../../errors/errors.ts'
import { allowUsername } from '../../policies/usernames.ts'
import { clientKey } from '../../../network/client-address.ts'
import { refuseWeak } from '../../auth/password-policy.ts'
import { presentedDevice } from '../../auth/devices.ts'
import { signIn, type SignedIn, type SignInDeps } from '../../auth/sign-in.ts'
import type { ApiDeps } from '../../context.ts'
import { operationOf, type Accepted } from '../../http/accept.ts'
import { originOf } from '../../http/origin.ts'
import { created, type Answer, type Request } from '../../http/route.ts'
import { presentMe, type Registration } from '../../schemas/auth.ts'
import { acceptedOperation } from '../../schemas/operations.ts'

type Registering = Request<unknown, unknown, z.output<typeof Registration>, unknown>

/** @throws AppError auth.password_weak */
export async function newRegistration(
  { passwords }: Pick<ApiDeps, 'passwords'>,
  { body, ip, requestId: request_id }: Registering,
): Promise<Order<AuthDb>> {
  const { email, username, full_name, locale, phone_number = null, password } = body
  if (username) allowUsername(username)
  refuseWeak(password, [email, username, full_name], '/password')
  const account = { id: uuidv7(), email, phone_number, ...(await passwords.hash(password, clientKey(ip))) }
  return registrationOrder({ account, username, full_name, locale, request_id })
}

/**
 * The account with a session if its workflow ends in time, else the operation. Nothing kept opens a session: a repeated request finds the
 * same user, and gets in as whoever signs in with that password would, or not.
 * @param until ms since 1970
 * @throws AppError with the code that the registration failed with while this waited, user.not_found; of a repeated one
 *   auth.invalid_credentials, rate.limited
 */
export async function registeredOrOperation(
  deps: SignInDeps & Pick<ApiDeps, 'temporal'>,
  request: Registering,
  accepted: Accepted,
  until: number,
): Promise<Answer & { replayed: boolean }> {
  const { auth, users } = deps.databases
  const ended = await settled(deps, accepted, until)
  if (ended.status === 'failed')
    fail(isErrorCode(ended.error_code) ? ended.error_code : 'internal.error', { source: 'operation' })
  const { replayed } = accepted
  if (ended.status !== 'succeeded') return { ...acceptedOperation(ended, await request.language()), replayed }
  const [account, profile] = await Promise.all([
    findAccount(auth, ended.owner_id),
    findProfileName(users, ended.owner_id),
  ])
  if (!account || !profile) return fail('user.not_found')
  const { body, headers, cookies } = await (replayed ? again : first)(deps, request, account)
  const answer = created({ ...body, user: presentMe(account, profile) }, `/api/v1/users/${account.id}`)
  return { ...answer, headers: { ...headers, ...answer.headers }, cookies, replayed }
}

const again = (deps: SignInDeps, request: Registering, account: AccountRow): Promise<SignedIn> =>
  signIn(deps, request, {
    email: account.email,
    password: request.body.password,
    account,
    firstPasswordOnly: true,
  })

/** @throws AppError user.not_found: the account was taken over between its making and now */
async function first(
  { databases, sessions, sessionMode }: SignInDeps,
  request: Registering,
  account: AccountRow,
): Promise<SignedIn> {
  if (account.password_changed_at !== null) fail('user.not_found')
  const { ip, user_agent } = originOf(request)
  const device = await presentedDevice({ db: databases.auth, sessionMode }, request, account.id)
  const tokens = (await sessions.open(account, { ip, user_agent }, device)) ?? fail('user.not_found')
  const { body, cookies } = sessionMode.present(request, tokens)
  const kept = sessionMode.presentDevice(request, device.token)
  return { body, cookies: [...cookies, ...kept.cookies], headers: kept.headers }
}

/** Waits for the workflow's end. Whether it ended well is then read from the row. */
async function settled(
  { databases, temporal }: Pick<ApiDeps, 'databases' | 'temporal'>,
  accepted: Accepted,
  until: number,
) {
  const end = temporal.withDeadline(until, () => temporal.workflow.getHandle(accepted.body.id).result())
  await end.catch(() => {})
  return operationOf(databases.auth, accepted)
}
