import type { Transaction } from 'kysely'
import { findOpenErasure, lockAccount } from '../db/auth/erasure.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { recordAct, type ActOrigin } from '../db/auth/security-events.ts'
import { fail } from '../errors.ts'
import { appendEvent } from '../events/outbox.ts'
import type { ErasureInput } from '../workflows/erasure.contract.ts'

/** An erasure of this person is under way already. */
export class AlreadyErasing extends Error {}

/**
 * What goes with an erasure that is accepted, at first or again, in its transaction: there is no other, and the person is told.
 * Two at once would end each other's workflow.
 * @throws AlreadyErasing
 * @throws AppError user.not_found
 */
export async function openErasure(trx: Transaction<AuthDb>, input: ErasureInput, origin: ActOrigin): Promise<void> {
  const { account_id, operation_id, delay_s } = input
  if (!(await lockAccount(trx, account_id))) fail('user.not_found')
  if (await findOpenErasure(trx, account_id)) throw new AlreadyErasing()
  await recordAct(trx, { kind: 'erasure_requested', account_id }, origin)
  const erased_at = new Date(Date.now() + delay_s * 1000).toISOString()
  await appendEvent(trx, 'user_erasure_scheduled', { user_id: account_id, operation_id, erased_at }, origin.request_id)
}
