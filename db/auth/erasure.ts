import { sql, type Transaction } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { ERASURE_STAGES } from '../../contracts/erasure.ts'
import type { Executor } from '../connection.ts'
import { ofAttempt } from '../operations/operations.ts'
import type { OperationRow } from '../operations/schema.ts'
import { NOBODY } from '../personal-data.ts'
import type { AuthDb } from './schema.ts'

/** Locks the account, so that of two requests at once one finds the other's erasure. Returns whether there is one. */
export async function lockAccount(trx: Transaction<AuthDb>, id: string): Promise<boolean> {
  const row = await trx.selectFrom('accounts').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  return row !== undefined
}

/** The erasure of this person that is not finished. */
export function findOpenErasure(db: Executor<AuthDb>, accountId: string): Promise<OperationRow | undefined> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('owner_id', '=', accountId)
    .where('kind', '=', 'erasure')
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
}

/**
 * The moment after which an erasure cannot be called off: the row says so, and a wish to cancel that came before wins.
 * @returns false when it was called off or has ended
 */
export async function closeErasureToCancelling(trx: Transaction<AuthDb>, at: Attempt): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('operations')
    .set({
      status: 'running',
      stage: 'erasing',
      progress: ERASURE_STAGES.erasing,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', at.operation_id)
    .where(ofAttempt(at))
    .where('status', 'in', ['queued', 'running'])
    .where('cancel_requested_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** From now on nobody signs in to it. */
export async function markErasing(trx: Transaction<AuthDb>, id: string): Promise<void> {
  await trx.updateTable('accounts').set({ status: 'erasing' }).where('id', '=', id).execute()
}

/** The account itself. @returns how many there were */
export async function deleteAccount(trx: Transaction<AuthDb>, id: string): Promise<number> {
  const { numDeletedRows } = await trx.deleteFrom('accounts').where('id', '=', id).executeTakeFirst()
  return Number(numDeletedRows)
}

/** The proof that stays: numbers and times. And the operations of erasing this person no longer say whose they were. */
export async function leaveReceipt(
  trx: Transaction<AuthDb>,
  receipt: { operation_id: string; account_id: string; counts: Record<string, Record<string, number>> },
): Promise<void> {
  await sql`
    insert into erasure_receipts (operation_id, counts, requested_at)
    select id, ${JSON.stringify(receipt.counts)}::jsonb, created_at from operations where id = ${receipt.operation_id}
    on conflict do nothing`.execute(trx)
  await trx
    .updateTable('operations')
    .set({ owner_id: NOBODY, input: '{}' })
    .where('owner_id', '=', receipt.account_id)
    .where('kind', '=', 'erasure')
    .execute()
}
