import type { Transaction } from 'kysely'
import { promiseAccountMail } from '../db/auth/account-mails.ts'
import {
  dislodgeUnconfirmed,
  findAccount,
  markVerified,
  moveToEmail,
  replacePassword,
  setPassword,
  setRoles,
} from '../db/auth/accounts.ts'
import { rememberDevice, type SeenDevice } from '../db/auth/devices.ts'
import { canonicalEmail } from '../network/email-address.ts'
import { consumeOneTimeToken, dropOneTimeTokens } from '../db/auth/one-time-tokens.ts'
import type { AccountRow, AuthDb } from '../db/auth/schema.ts'
import { recordSecurityEvent, securityEventRow, type RequestOrigin } from '../db/auth/security-events.ts'
import type { LoginRecords } from '../db/auth/sessions.ts'
import { fail } from '../errors/errors.ts'
import { appendEvent, eventRow } from '../events/outbox.ts'
import { endSessions } from './endings.ts'

/** A password as it is stored. */
interface PasswordHash {
  readonly password_hash: string
  readonly pepper_id: string
}

/**
 * Replaces the password that was just proven. The other sessions end, and the person is told.
 * @param keep the session that goes on
 * @returns the sessions that ended
 * @throws AppError auth.password_wrong: another change was faster, and the password that was proven is not the current one any more
 */
export async function changePassword(
  trx: Transaction<AuthDb>,
  account: Pick<AccountRow, 'id' | 'password_hash'>,
  next: PasswordHash,
  keep: string,
  origin: RequestOrigin,
): Promise<string[]> {
  if (!(await replacePassword(trx, account.id, account.password_hash, next))) fail('auth.password_wrong')
  const ended = await endSessions(trx, account.id, 'password_changed', { except: keep }, origin.request_id)
  await passwordReplaced(trx, { kind: 'password_changed', account_id: account.id, session_id: keep }, origin)
  return ended
}

/**
 * Sets the password by the token of a mail, which is used up first: of two requests at once one changes it. All sessions end. The token
 * proves the address too: who squatted it has nothing of the account any more.
 * @param device of who has the mail: it is the account's only known one from now on
 * @param admins addresses of the operators' list
 * @returns the sessions that ended
 * @throws AppError auth.token_invalid
 */
export async function resetPassword(
  trx: Transaction<AuthDb>,
  { hash, next, device }: { readonly hash: Buffer; readonly next: PasswordHash; readonly device: SeenDevice },
  admins: readonly string[],
  origin: RequestOrigin,
): Promise<string[]> {
  const { account_id, email } = (await consumeOneTimeToken(trx, hash, 'reset_password')) ?? fail('auth.token_invalid')
  const account = (await findAccount(trx, account_id)) ?? fail('auth.token_invalid')
  // Sent to an address that is not the account's any more: its owner has nothing to say here.
  if (email !== null && email !== account.email) fail('auth.token_invalid')
  await setPassword(trx, account_id, next)
  // Links that lead the account to an address of a squatter's choice go too.
  await dropOneTimeTokens(trx, account_id, 'verify_email')
  if (await markVerified(trx, account)) await addressProven(trx, account, admins, origin)
  const ended = await endSessions(trx, account_id, 'password_reset', {}, origin.request_id)
  await rememberDevice(trx, account_id, device)
  await passwordReplaced(trx, { kind: 'password_reset', account_id }, origin)
  return ended
}

async function passwordReplaced(
  trx: Transaction<AuthDb>,
  event: { kind: 'password_changed' | 'password_reset'; account_id: string; session_id?: string },
  origin: RequestOrigin,
): Promise<void> {
  await recordSecurityEvent(trx, event, origin)
  // The notification that follows is the mail too: it can be switched off on no channel.
  await appendEvent(trx, 'user_password_changed', { user_id: event.account_id }, origin.request_id)
}

/**
 * Proves an address by the token of a mail: the account's own, or the one that it is to have from now on.
 * @param admins addresses of the operators' list: one makes an admin only once it is proven to be theirs
 * @returns the ids of the accounts that are not what they were
 * @throws AppError auth.token_invalid; auth.email_taken: somebody else proved it meanwhile
 */
export async function verifyEmail(
  trx: Transaction<AuthDb>,
  tokenHash: Buffer,
  admins: readonly string[],
  origin: RequestOrigin,
): Promise<string[]> {
  const { account_id, email } =
    (await consumeOneTimeToken(trx, tokenHash, 'verify_email')) ?? fail('auth.token_invalid')
  const account = (await findAccount(trx, account_id)) ?? fail('auth.token_invalid')
  if (email !== null && email !== account.email) return changeEmail(trx, account, email, admins, origin)
  if (await markVerified(trx, account)) await addressProven(trx, account, admins, origin)
  return [account_id]
}

async function addressProven(
  trx: Transaction<AuthDb>,
  { id: account_id, email }: Pick<AccountRow, 'id' | 'email'>,
  admins: readonly string[],
  origin: RequestOrigin,
): Promise<void> {
  await recordSecurityEvent(trx, { kind: 'email_verified', account_id }, origin)
  await appendEvent(trx, 'user_verified', { user_id: account_id }, origin.request_id)
  if (admins.map(canonicalEmail).includes(email) && (await setRoles(trx, account_id, ['user', 'admin'])))
    await recordSecurityEvent(trx, { kind: 'role_changed', account_id }, origin)
}

/** From now on the account has the address that was proven. Who held it without proof loses it; the one before is told. */
async function changeEmail(
  trx: Transaction<AuthDb>,
  { id: account_id, email: before, email_verified_at }: AccountRow,
  email: string,
  admins: readonly string[],
  origin: RequestOrigin,
): Promise<string[]> {
  const dislodged = await dislodgeUnconfirmed(trx, email)
  if (dislodged !== undefined) {
    await dropOneTimeTokens(trx, dislodged, 'verify_email')
    await dropOneTimeTokens(trx, dislodged, 'reset_password')
    await recordSecurityEvent(trx, { kind: 'email_lost', account_id: dislodged }, origin)
  }
  await moveToEmail(trx, account_id, email)
  // What stands in the old mailbox opens nothing any more.
  await dropOneTimeTokens(trx, account_id, 'reset_password')
  await recordSecurityEvent(trx, { kind: 'email_changed', account_id }, origin)
  const { request_id } = origin
  if (email_verified_at !== null)
    await promiseAccountMail(trx, { account_id, kind: 'email_changed', email: before, request_id })
  await addressProven(trx, { id: account_id, email }, admins, origin)
  return [account_id, ...(dislodged === undefined ? [] : [dislodged])]
}

/** Promises the link that proves a new address, and tells the one that is proven. Both stay as they are until the link is followed. */
export async function askForEmail(
  trx: Transaction<AuthDb>,
  { id: account_id, email: before, email_verified_at }: AccountRow,
  email: string,
  request_id: string,
): Promise<void> {
  await promiseAccountMail(trx, { account_id, kind: 'change_email', email, request_id })
  if (email_verified_at !== null)
    await promiseAccountMail(trx, { account_id, kind: 'email_change_asked', email: before, request_id })
}

/** What is written with the session of who signs in. @param mayBeFirst as of `isStrange`; undefined: the device has shown its proof */
export const loginRecords = (
  account_id: string,
  session_id: string,
  origin: RequestOrigin,
  mayBeFirst: boolean | undefined,
): LoginRecords => ({
  securityEvent: securityEventRow({ kind: 'login', account_id, session_id }, origin),
  event: eventRow('user_logged_in', { user_id: account_id }, origin.request_id),
  ...(mayBeFirst !== undefined && {
    notice: {
      event: eventRow('user_logged_in_anew', { user_id: account_id, session_id }, origin.request_id),
      mayBeFirst,
    },
  }),
})

interface Ending {
  readonly account_id: string
  readonly session_id: string
}

/** Ends one session of a person. Returns whether it lived and was theirs. */
export async function endSession(
  trx: Transaction<AuthDb>,
  { account_id, session_id }: Ending,
  kind: 'logout' | 'session_revoked',
  origin: RequestOrigin,
): Promise<boolean> {
  const [ended] = await endSessions(trx, account_id, kind, { only: session_id }, origin.request_id)
  if (ended !== undefined) await recordSecurityEvent(trx, { kind, account_id, session_id }, origin)
  return ended !== undefined
}

/** Ends a session whose refresh token was used twice, as happens when it is stolen, and promises the mail that says so. */
export async function endStolenSession(
  trx: Transaction<AuthDb>,
  { account_id, session_id }: Ending,
  origin: RequestOrigin,
): Promise<void> {
  await endSessions(trx, account_id, 'refresh_reused', { only: session_id }, origin.request_id)
  await recordSecurityEvent(trx, { kind: 'refresh_reused', account_id, session_id }, origin)
  await promiseAccountMail(trx, { account_id, kind: 'session_ended', request_id: origin.request_id })
}
