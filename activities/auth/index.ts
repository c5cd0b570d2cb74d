import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { activateAccount, deletePendingAccount, findAccount, listStalePending } from '../../db/auth/accounts.ts'
import { dropArchiveParts, openArchive, sealArchive } from '../../db/auth/archives.ts'
import { closeErasureToCancelling, leaveReceipt, markErasing } from '../../db/auth/erasure.ts'
import { promiseLetter } from '../../db/auth/letters.ts'
import { AUTH_PERSON_TABLES } from '../../db/auth/person.ts'
import { purgeAuth } from '../../db/auth/purge.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { revokeSessions } from '../../db/auth/sessions.ts'
import { erasePersonRows } from '../../db/person.ts'
import { advanceOperation, cancelOperation, failOperation, succeedOperation } from '../../db/operations/operations.ts'
import { fail, type ErrorCode } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ErasureCounts } from '../../workflows/erasure.contract.ts'
import { EXPORT_STAGES, type ExportInput } from '../../workflows/export.contract.ts'
import { withFailures } from '../failures.ts'
import { deleteExecutionsOf } from './executions.ts'

export interface AccountStep {
  readonly operation_id: string
  readonly account_id: string
  readonly request_id: string
}

export type AuthActivities = ReturnType<typeof createAuthActivities>
export type PersonExecutions = ReturnType<typeof createPersonExecutions>

/** Pending accounts that are given up in one go; the schedule comes again. */
const STALE_BATCH = 200

export function createAuthActivities({ db, publicUrl }: { db: Kysely<AuthDb>; publicUrl: string }) {
  return withFailures({
    /** Account, event and operation in one transaction: whoever sees one of them sees all. Twice does what once does. */
    activateAccount: (step: AccountStep): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const account = (await findAccount(trx, step.account_id)) ?? fail('user.not_found')
        await activateAccount(trx, account.id)
        const first = await succeedOperation(trx, step.operation_id, { user_id: account.id })
        if (!first) return
        await appendEvent(trx, 'user_registered', { user_id: account.id }, step.request_id)
        await promiseLetter(trx, { account_id: account.id, kind: 'verify_email', request_id: step.request_id })
      }),

    /** Frees the address, and says on the operation why. */
    abandonAccount: (step: AccountStep & { error_code: ErrorCode }): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await deletePendingAccount(trx, step.account_id)
        await failOperation(trx, step.operation_id, step.error_code)
      }),

    beginExport: async ({ operation_id, account_id }: ExportInput): Promise<void> => {
      await openArchive(db, operation_id, account_id)
      await advanceOperation(db, operation_id, { stage: 'collecting', progress: EXPORT_STAGES.collecting })
    },

    /** The link needs the person's own token: it lets nobody in by itself. */
    finishExport: ({ operation_id, account_id }: ExportInput): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const expires = (await sealArchive(trx, operation_id)) ?? fail('export.not_found')
        const download_url = `${publicUrl}/api/v1/users/${account_id}/export/${operation_id}`
        await succeedOperation(trx, operation_id, { download_url, expires_at: expires.toISOString() })
      }),

    failExport: (step: ExportInput & { error_code: ErrorCode }): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await dropArchiveParts(trx, step.operation_id)
        await failOperation(trx, step.operation_id, step.error_code)
      }),

    cancelExport: (step: ExportInput): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await dropArchiveParts(trx, step.operation_id)
        await cancelOperation(trx, step.operation_id)
      }),

    beginWaiting: async ({ operation_id }: AccountStep): Promise<void> => {
      await advanceOperation(db, operation_id, { stage: 'waiting', progress: 0 })
    },

    /** @returns false when it was called off before this moment */
    beginErasure: (step: AccountStep): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        if (!(await closeErasureToCancelling(trx, step.operation_id))) return false
        await markErasing(trx, step.account_id)
        await revokeSessions(trx, step.account_id, {}, 'erasure')
        return true
      }),

    cancelErasure: (step: AccountStep): Promise<void> =>
      db.transaction().execute(async (trx) => void (await cancelOperation(trx, step.operation_id))),

    /** The account itself, the receipt, the end of the operation and the event in one transaction: the address is free with it. */
    finishErasure: (step: AccountStep & { counts: ErasureCounts }): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const account = await findAccount(trx, step.account_id)
        const rows = await erasePersonRows(trx, AUTH_PERSON_TABLES, {
          id: step.account_id,
          email: account?.email ?? null,
        })
        const counts = { ...step.counts, auth: rows }
        if (!(await succeedOperation(trx, step.operation_id, { erased: counts }))) return
        await leaveReceipt(trx, { operation_id: step.operation_id, account_id: step.account_id, counts })
        await appendEvent(trx, 'user_erased', { user_id: step.account_id }, step.request_id)
      }),

    /** Ids of registrations that nobody finished within a day. */
    listStaleRegistrations: (): Promise<{ account_id: string; operation_id: string | null }[]> =>
      listStalePending(db, STALE_BATCH),

    /** Frees the address of one of them. */
    giveUpRegistration: (step: { account_id: string; operation_id: string | null }): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await deletePendingAccount(trx, step.account_id)
        if (step.operation_id !== null) await failOperation(trx, step.operation_id, 'service.unavailable')
      }),

    /** Removes what is past its time: ended sessions, tokens, letters, archives, old security events. */
    purge: async (): Promise<void> => {
      await db.transaction().execute(purgeAuth)
    },
  })
}

export function createPersonExecutions({ client }: { client: Client }) {
  return withFailures({
    /** Ends and deletes the person's other executions. */
    stopExecutions: (step: AccountStep): Promise<number> =>
      deleteExecutionsOf(client, step.account_id, step.operation_id),
  })
}
