import type { Kysely, Transaction } from 'kysely'
import type { AuthDb } from '../db/auth/schema.ts'
import { recordSecurityEvent, type RequestOrigin } from '../db/auth/security-events.ts'
import {
  closeErasureToCancelling,
  findOpenErasure,
  leaveReceipt,
  deleteAccount,
  lockAccount,
  markErasing,
} from '../db/auth/erasure.ts'
import { AUTH_PERSONAL_DATA } from '../db/auth/personal-data.ts'
import { erasePersonalData } from '../db/personal-data.ts'
import { findAccount } from '../db/auth/accounts.ts'
import { endSessions } from './endings.ts'
import { newOperation, type Order } from './orders.ts'
import { reopenAccepted } from '../db/operations/intents.ts'
import type { OperationRow } from '../db/operations/schema.ts'
import { AppError, fail } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'
import { markErased } from '../db/retention/erased-people.ts'
import { findOperation, finishOperation } from '../db/operations/operations.ts'
import type { ErasureCounts, ErasureInput } from '../contracts/erasure.ts'

/** An erasure of this person is under way already. */
export class AlreadyErasing extends Error {}

/**
 * What goes with an erasure that is accepted, at first or again, in its transaction: there is no other, and the person is told.
 * Two at once would end each other's workflow.
 * @throws AlreadyErasing
 * @throws AppError user.not_found
 */
async function openErasure(trx: Transaction<AuthDb>, input: ErasureInput, origin: RequestOrigin): Promise<void> {
  const { account_id, operation_id, delay_s } = input
  if (!(await lockAccount(trx, account_id))) fail('user.not_found')
  if (await findOpenErasure(trx, account_id)) throw new AlreadyErasing()
  await recordSecurityEvent(trx, { kind: 'erasure_requested', account_id }, origin)
  const erased_at = new Date(Date.now() + delay_s * 1000).toISOString()
  await appendEvent(trx, 'user_erasure_scheduled', { user_id: account_id, operation_id, erased_at }, origin.request_id)
}

/** An erasure as it is accepted. @param delayS how long it can be called off, seconds */
export function erasureOrder(accountId: string, delayS: number, origin: RequestOrigin): Order<AuthDb> {
  const { request_id } = origin
  const operation = newOperation(
    'erasure',
    { owner_id: accountId, request_id, summary: 'erasure' },
    (operation_id): ErasureInput => ({ operation_id, account_id: accountId, request_id, delay_s: delayS }),
  )
  return { operation, also: (trx) => openErasure(trx, operation.input, origin) }
}

/**
 * Opens one that failed or was called off for its next attempt.
 * @returns undefined when it is neither
 * @throws AppError operation.not_retryable when there is another, user.not_found
 */
export async function reopenErasure(
  trx: Transaction<AuthDb>,
  { id, input }: OperationRow,
  origin: RequestOrigin,
): Promise<OperationRow | undefined> {
  await openErasure(trx, input as ErasureInput, origin).catch((error: unknown) => {
    throw error instanceof AlreadyErasing ? new AppError('operation.not_retryable') : error
  })
  return reopenAccepted(trx, id)
}

/** An erasure under way. */
type Erasing = Pick<ErasureInput, 'operation_id' | 'attempt' | 'account_id' | 'request_id'>

/**
 * The moment after which it cannot be called off: nobody signs in any more, and all sessions end.
 * @returns false when it was called off before
 */
export async function beginErasure(trx: Transaction<AuthDb>, erasing: Erasing): Promise<boolean> {
  if (!(await closeErasureToCancelling(trx, erasing))) return false
  const { account_id, request_id } = erasing
  await markErasing(trx, account_id)
  await endSessions(trx, account_id, 'erasure', {}, request_id)
  return true
}

/**
 * The account itself, the receipt, the end of the operation and the event: the address is free with it. Twice does what once does.
 * @param counts what the other services have erased
 */
export async function finishErasure(db: Kysely<AuthDb>, erasing: Erasing, counts: ErasureCounts): Promise<void> {
  const { operation_id, account_id: id, request_id } = erasing
  const operation = await findOperation(db, operation_id)
  if (!operation || operation.finished_at) return
  await markErased(db, id)
  const account = await findAccount(db, id)
  const person = { id, email: account?.email ?? null }
  // The account last, with the receipt: what is interrupted goes on with the address that others may have to be asked for.
  const around = AUTH_PERSONAL_DATA.filter(({ table }) => table !== 'accounts')
  const removed = await erasePersonalData(db, around, person)
  await db.transaction().execute(async (trx) => {
    const auth = { ...removed, accounts: await deleteAccount(trx, id) }
    const erased = { ...counts, auth }
    if (!(await finishOperation(trx, erasing, { status: 'succeeded', result: { erased } }))) return
    await leaveReceipt(trx, { operation_id, account_id: id, counts: erased })
    await appendEvent(trx, 'user_erased', { user_id: id }, request_id)
  })
}
