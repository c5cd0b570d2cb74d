import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import type { BulkAction, BulkCounts, BulkInput, BulkItem } from '../../contracts/bulk.ts'
import { cancelOperation } from '../../commands/operations.ts'
import { reopenGeneration } from '../../commands/generations.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { advanceOperation, findOperation, finishOperation } from '../../db/operations/operations.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { AppError, type ErrorCode } from '../../errors/errors.ts'
import { cancelAttempt } from '../../temporal/executions.ts'
import { withFailures } from '../failures.ts'

const TELL_TEMPORAL_MS = 1_000

export interface BulkDeps {
  readonly db: Kysely<AiDb>
  readonly client: Client
  /** What a person may spend in a month, millionths. */
  readonly budgetMicros: number
}

type Step = Pick<BulkInput, 'action' | 'reason' | 'items'> & Attempt & { readonly counts: BulkCounts }

export type BulkActivities = ReturnType<typeof createBulkActivities>

export function createBulkActivities({ db, client, budgetMicros }: BulkDeps) {
  /** Whether an earlier run of this step has done it: a worker may die between an item and the answer to Temporal. */
  const isDone: Readonly<Record<BulkAction, (row: OperationRow, item: BulkItem) => boolean>> = {
    retry: (row, { attempt }) => row.attempt > attempt,
    cancel: (row, { attempt }) => row.attempt === attempt && row.cancel_requested_at !== null,
  }
  const act: Readonly<Record<BulkAction, (row: OperationRow, reason: string) => Promise<boolean>>> = {
    // The relay starts it, behind those of people who wait.
    retry: async ({ id }, reason) =>
      (await db.transaction().execute((trx) => reopenGeneration(trx, id, { by: 'operator', reason }))) !== undefined,
    cancel: async (row) => {
      const { id, kind } = row
      if (kind !== 'generation' && kind !== 'title') return false
      const running = await db.transaction().execute((trx) => cancelOperation(trx, { id, kind }, budgetMicros))
      // What Temporal does not hear now the relay repeats.
      if (running) await cancelAttempt(client, running, TELL_TEMPORAL_MS).catch(() => {})
      return true
    },
  }
  const one = async ({ action, reason }: Step, item: BulkItem): Promise<boolean> => {
    const row = await findOperation(db, item.id)
    if (!row) return false
    if (isDone[action](row, item)) return true
    if (row.attempt !== item.attempt) return false
    return act[action](row, reason).catch((error: unknown) => {
      if (error instanceof AppError) return false
      throw error
    })
  }
  return withFailures({
    /** Twice does what once does: what is done is told by the rows. */
    bulkStep: async (step: Step): Promise<BulkCounts> => {
      let { done, failed } = step.counts
      const { total } = step.counts
      for (const item of step.items) {
        if (await one(step, item)) done += 1
        else failed += 1
      }
      const counts = { total, done, failed }
      await advanceOperation(db, step, { stage: 'working', progress: (done + failed) / total, result: counts })
      return counts
    },

    finishBulk: async ({ counts, ...at }: Attempt & { readonly counts: BulkCounts }): Promise<void> => {
      await db.transaction().execute((trx) => finishOperation(trx, at, { status: 'succeeded', result: counts }))
    },

    endBulk: async ({ error_code: code, ...at }: Attempt & { readonly error_code: ErrorCode }): Promise<void> => {
      const outcome =
        code === 'operation.cancelled' ? ({ status: 'cancelled' } as const) : ({ status: 'failed', code } as const)
      await db.transaction().execute((trx) => finishOperation(trx, at, outcome))
    },
  })
}
