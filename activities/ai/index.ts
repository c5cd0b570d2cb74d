import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { countCall, countRejectedAnswer, findGeneration, keepAnswer } from '../../db/ai/generations.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { advanceOperation, cancelOperation, failOperation, succeedOperation } from '../../db/operations/operations.ts'
import { fail, type ErrorCode } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ScriptDraft } from '../../script/script.ts'
import { GENERATION_STAGES, type GenerationInput, type GenerationResult } from '../../workflows/generation.contract.ts'
import { withFailures } from '../failures.ts'
import { heartbeating } from '../heartbeat.ts'
import { ProviderFailure, type ScriptProvider } from './provider.ts'

/** A delay of 0 means "do not retry" to the server, whatever the failure says. */
const SHORTEST_WAIT_MS = 100

const TIMED_OUT = new ProviderFailure('ai.timeout', 'the call took longer than AI_TIMEOUT_MS', {
  reason: 'timeout',
  retryable: true,
})

export type AiActivities = ReturnType<typeof createAiActivities>

export function createAiActivities({ db, provider }: { db: Kysely<AiDb>; provider: ScriptProvider }) {
  const end = (
    operationId: string,
    finish: (trx: Parameters<typeof failOperation>[0]) => Promise<boolean>,
    tell: (ownerId: string, trx: Parameters<typeof failOperation>[0]) => Promise<void>,
  ) =>
    db.transaction().execute(async (trx) => {
      // False when this step ran before: its event is written then.
      if (!(await finish(trx))) return
      const generation = (await findGeneration(trx, operationId)) ?? fail('operation.not_found')
      await tell(generation.owner_id, trx)
    })

  /** What becomes of a provider's error: Temporal retries it, or it is final with its code. */
  const failure = async (error: unknown, input: GenerationInput, firstCall: Date): Promise<unknown> => {
    if (error instanceof DOMException && error.name === 'TimeoutError') return failure(TIMED_OUT, input, firstCall)
    if (!(error instanceof ProviderFailure)) return error
    const waited = Date.now() - firstCall.getTime()
    const rejected = error.attempts === undefined ? 0 : await countRejectedAnswer(db, input.operation_id)
    const final = error.isFinal(rejected) || waited >= input.give_up_s * 1000
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: final,
      ...(error.retryAfterMs !== undefined && {
        nextRetryDelay: Math.max(SHORTEST_WAIT_MS, Math.min(error.retryAfterMs, input.give_up_s * 1000 - waited)),
      }),
    })
  }

  return withFailures({
    /** Writes the script with one paid call, or returns the answer that an earlier attempt has paid for. */
    writeScript: async (input: GenerationInput): Promise<ScriptDraft> => {
      const generation = (await findGeneration(db, input.operation_id)) ?? fail('operation.not_found')
      // A worker died after the answer was kept and before Temporal heard of it.
      if (generation.draft) return generation.draft
      const attempt =
        (await advanceOperation(db, input.operation_id, { stage: 'writing', progress: GENERATION_STAGES.writing })) ??
        fail('operation.cancelled')
      const firstCall = await countCall(db, input.operation_id, attempt)
      try {
        const { draft, usage, model } = await heartbeating(input.call_timeout_ms, (signal) =>
          provider.write(generation.request, signal),
        )
        return await db.transaction().execute(async (trx) => {
          await advanceOperation(trx, input.operation_id, { stage: 'storing', progress: GENERATION_STAGES.storing })
          return keepAnswer(trx, input.operation_id, { draft, provider: provider.name, model, ...usage })
        })
      } catch (error) {
        throw await failure(error, input, firstCall)
      }
    },

    finishGeneration: (step: { operation_id: string; result: GenerationResult }): Promise<void> =>
      end(
        step.operation_id,
        (trx) => succeedOperation(trx, step.operation_id, step.result),
        (owner_id, trx) =>
          appendEvent(trx, 'generation_succeeded', { operation_id: step.operation_id, owner_id, ...step.result }),
      ),

    failGeneration: (step: { operation_id: string; error_code: ErrorCode }): Promise<void> =>
      end(
        step.operation_id,
        (trx) => failOperation(trx, step.operation_id, step.error_code),
        (owner_id, trx) =>
          appendEvent(trx, 'generation_failed', { operation_id: step.operation_id, owner_id, code: step.error_code }),
      ),

    cancelGeneration: (step: { operation_id: string }): Promise<void> =>
      end(
        step.operation_id,
        (trx) => cancelOperation(trx, step.operation_id),
        (owner_id, trx) => appendEvent(trx, 'generation_cancelled', { operation_id: step.operation_id, owner_id }),
      ),
  })
}
