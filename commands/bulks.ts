import type { Kysely } from 'kysely'
import { BULK, MAX_BULK, type BulkAction, type BulkInput } from '../contracts/bulk.ts'
import type { AiDb } from '../db/ai/schema.ts'
import { chosen, readListed, type Choice } from '../db/operations/chosen.ts'
import type { OperationRow } from '../db/operations/schema.ts'
import { fail } from '../errors/errors.ts'
import { isCancellable, isRetryable } from './operations.ts'
import { newOperation, type Order } from './orders.ts'

const FITS: Readonly<Record<BulkAction, (row: OperationRow) => boolean>> = { retry: isRetryable, cancel: isCancellable }

/**
 * The same for all operations of `ai` that fit a choice now and that it can be done to, the newest first and no more than `MAX_BULK`.
 * @throws AppError operation.none_fits
 */
export async function bulkOrder(
  db: Kysely<AiDb>,
  asked: { readonly action: BulkAction; readonly reason: string; readonly choice: Choice },
  by: { readonly owner_id: string; readonly request_id: string },
): Promise<Order<AiDb>> {
  const { action, reason, choice } = asked
  const listed = await readListed(db, chosen(choice), { makesCalls: false, limit: MAX_BULK })
  // Not of its own kind: it would stop itself.
  const fit = listed.map(({ row }) => row).filter((row) => row.kind !== BULK && FITS[action](row))
  if (fit.length === 0) fail('operation.none_fits')
  const items = fit.map(({ id, attempt }) => ({ id, attempt }))
  const summary = `${action} ${items.length}`
  const operation = newOperation('bulk', { ...by, summary }, (operation_id): BulkInput => ({
    ...{ operation_id, ...by, action, reason, items },
  }))
  return { operation, also: () => Promise.resolve() }
}
