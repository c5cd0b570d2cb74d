import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { beginErasure, finishErasure } from '../../commands/erasures.ts'
import { dropExport, finishExport } from '../../commands/person-exports.ts'
import { abandonRegistration, completeRegistration } from '../../commands/registrations.ts'
import { ERASURE_STAGES, type ErasureCounts } from '../../contracts/erasure.ts'
import { EXPORT_STAGES, type ExportInput } from '../../contracts/person-export.ts'
import { listStalePending } from '../../db/auth/accounts.ts'
import { openArchive } from '../../db/auth/archives.ts'
import { purgeAll, purgesOf } from '../../db/retention/purge.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { advanceOperation, finishOperation } from '../../db/operations/operations.ts'
import { type ErrorCode } from '../../errors/errors.ts'
import { withFailures } from '../failures.ts'
import { deleteExecutionsOf } from './executions.ts'

export interface AccountStep extends Attempt {
  readonly account_id: string
  readonly request_id: string
}

export type AuthActivities = ReturnType<typeof createAuthActivities>
export type PersonExecutions = ReturnType<typeof createPersonExecutions>

/** Pending accounts that are given up in one go; the schedule comes again. */
const STALE_BATCH = 200
/** Well within the time of its step; what is left goes with the loops. */
const PURGE_MS = 20_000

export function createAuthActivities({ db, publicUrl }: { db: Kysely<AuthDb>; publicUrl: string }) {
  return withFailures({
    activateAccount: (step: AccountStep): Promise<void> =>
      db.transaction().execute((trx) => completeRegistration(trx, step)),

    abandonAccount: (step: AccountStep & { error_code: ErrorCode }): Promise<void> =>
      db.transaction().execute((trx) => abandonRegistration(trx, step, step.error_code)),

    beginExport: async (step: ExportInput): Promise<void> => {
      await openArchive(db, step.operation_id, step.account_id)
      await advanceOperation(db, step, { stage: 'collecting', progress: EXPORT_STAGES.collecting })
    },

    finishExport: (step: ExportInput): Promise<void> =>
      db.transaction().execute((trx) => finishExport(trx, step, publicUrl)),

    failExport: (step: ExportInput & { error_code: ErrorCode }): Promise<void> =>
      db.transaction().execute((trx) => dropExport(trx, step, { status: 'failed', code: step.error_code })),

    cancelExport: (step: ExportInput): Promise<void> =>
      db.transaction().execute((trx) => dropExport(trx, step, { status: 'cancelled' })),

    beginWaiting: async (step: AccountStep): Promise<void> => {
      await advanceOperation(db, step, { stage: 'waiting', progress: ERASURE_STAGES.waiting })
    },

    /** @returns false when it was called off before this moment */
    beginErasure: (step: AccountStep): Promise<boolean> => db.transaction().execute((trx) => beginErasure(trx, step)),

    cancelErasure: (step: AccountStep): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await finishOperation(trx, step, { status: 'cancelled' })
      }),

    finishErasure: (step: AccountStep & { counts: ErasureCounts }): Promise<void> =>
      finishErasure(db, step, step.counts),

    /** Ids of registrations that nobody finished within a day. */
    listStaleRegistrations: (): Promise<{ account_id: string; operation_id: string | null }[]> =>
      listStalePending(db, STALE_BATCH),

    /** Frees the address of one of them. */
    giveUpRegistration: (step: { account_id: string; operation_id: string | null }): Promise<void> =>
      db.transaction().execute((trx) => abandonRegistration(trx, step, 'service.unavailable')),

    /** Removes what is past its time, as the worker's loops do each minute: a cleanup that was triggered by hand leaves nothing behind. */
    purge: async (): Promise<void> => {
      await purgeAll(db, purgesOf('auth'), AbortSignal.timeout(PURGE_MS))
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
