import type { Transaction } from 'kysely'
import type { ExportInput } from '../contracts/person-export.ts'
import { dropArchiveParts, sealArchive } from '../db/auth/archives.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { recordSecurityEvent, type RequestOrigin } from '../db/auth/security-events.ts'
import { finishOperation, type Outcome } from '../db/operations/operations.ts'
import { fail } from '../errors/errors.ts'
import { newOperation, type Order } from './orders.ts'

/** An export of personal data as it is accepted. */
export function exportOrder(accountId: string, origin: RequestOrigin): Order<AuthDb> {
  const { request_id } = origin
  const operation = newOperation(
    'export',
    { owner_id: accountId, request_id, summary: 'export' },
    (operation_id): ExportInput => ({ operation_id, account_id: accountId, request_id }),
  )
  const requested = { kind: 'export_requested', account_id: accountId } as const
  return { operation, also: (trx) => recordSecurityEvent(trx, requested, origin) }
}

/**
 * Ends an export well: its link needs the person's own token, and lets nobody in by itself.
 * @throws AppError export.not_found
 */
export async function finishExport(trx: Transaction<AuthDb>, step: ExportInput, publicUrl: string): Promise<void> {
  const { operation_id, account_id } = step
  const expires = (await sealArchive(trx, operation_id)) ?? fail('export.not_found')
  const download_url = `${publicUrl}/api/v1/users/${account_id}/export/${operation_id}`
  const result = { download_url, expires_at: expires.toISOString() }
  const ended = await finishOperation(trx, step, { status: 'succeeded', result })
  if (ended?.status === 'cancelled') await dropArchiveParts(trx, operation_id)
}

/** Ends an export that failed or was stopped: nothing of it is kept. */
export async function dropExport(
  trx: Transaction<AuthDb>,
  step: ExportInput,
  outcome: Exclude<Outcome, { status: 'succeeded' }>,
): Promise<void> {
  if (await finishOperation(trx, step, outcome)) await dropArchiveParts(trx, step.operation_id)
}
