import type { Transaction } from 'kysely'
import type { Attempt } from '../contracts/attempt.ts'
import type { RegistrationInput } from '../contracts/registration.ts'
import { promiseAccountMail } from '../db/auth/account-mails.ts'
import {
  activateAccount,
  deletePendingAccount,
  findAccount,
  insertPendingAccount,
  type NewAccount,
} from '../db/auth/accounts.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { finishOperation } from '../db/operations/operations.ts'
import { fail, type ErrorCode } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'
import { newOperation, type Order } from './orders.ts'

/** The account as it waits for its registration's workflow, and what the profile is to be. */
export interface NewRegistration {
  readonly account: NewAccount
  readonly username?: string | null | undefined
  readonly full_name?: string | null | undefined
  readonly locale?: string | null | undefined
  readonly request_id: string
}

/** A registration as it is accepted: the account is written with it, and is nobody's before its workflow is through. */
export function registrationOrder({
  account,
  username,
  full_name,
  locale,
  request_id,
}: NewRegistration): Order<AuthDb> {
  const about = { owner_id: account.id, request_id, summary: 'registration' }
  const operation = newOperation('registration', about, (operation_id): RegistrationInput => ({
    operation_id,
    account_id: account.id,
    // Nothing of the address in it: usernames are public.
    username: username ?? `user-${account.id.slice(-12)}`,
    full_name: full_name || null,
    locale: locale ?? null,
    has_phone_number: account.phone_number !== null,
    request_id,
  }))
  return { operation, also: async (trx) => void (await insertPendingAccount(trx, account)) }
}

interface Registering extends Attempt {
  readonly account_id: string
  readonly request_id: string
}

/**
 * Makes the account usable: account, operation, event and the mail that proves the address in one transaction, so that who sees one of
 * them sees all. Twice does what once does.
 * @throws AppError user.not_found
 */
export async function completeRegistration(trx: Transaction<AuthDb>, step: Registering): Promise<void> {
  const { id } = (await findAccount(trx, step.account_id)) ?? fail('user.not_found')
  await activateAccount(trx, id)
  if (!(await finishOperation(trx, step, { status: 'succeeded', result: { user_id: id } }))) return
  await appendEvent(trx, 'user_registered', { user_id: id }, step.request_id)
  await promiseAccountMail(trx, { account_id: id, kind: 'verify_email', request_id: step.request_id })
}

/** Frees the address, and says on the operation why. @param operation_id null: it is gone */
export async function abandonRegistration(
  trx: Transaction<AuthDb>,
  {
    account_id,
    operation_id,
    attempt,
  }: { readonly account_id: string; readonly operation_id: string | null; readonly attempt?: number },
  code: ErrorCode,
): Promise<void> {
  await deletePendingAccount(trx, account_id)
  if (operation_id !== null)
    await finishOperation(trx, { operation_id, ...(attempt !== undefined && { attempt }) }, { status: 'failed', code })
}
