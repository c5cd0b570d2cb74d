import { ApplicationFailure } from '@temporalio/common'
import type { Transaction } from 'kysely'
import { countRejectedAnswer, findRun, keepDraft } from '../../db/ai/generations.ts'
import type { AiDb, RunDraft } from '../../db/ai/schema.ts'
import { cancelOperation, failOperation, succeedOperation } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import { fail, type ErrorCode } from '../../errors.ts'
import type {
  GenerationContext,
  GenerationRequest,
  SceneRequest,
  ScriptDraft,
  Title,
  TitleRequest,
} from '../../script/script.ts'
import { GENERATION_STAGES, type GenerationInput, type GenerationResult } from '../../workflows/generation.contract.ts'
import { endRun } from '../../events/run-ended.ts'
import { withFailures } from '../failures.ts'
import { ProviderFailure } from './provider.ts'
import { openRun, type RunDeps, type StoredRun } from './run.ts'
import { rewriteTask } from './tasks/rewrite.ts'
import { titlesTask } from './tasks/titles.ts'
import { writeScript } from './write.ts'

/** A delay of 0 means "do not retry" to the server, whatever the failure says. */
const SHORTEST_WAIT_MS = 100

const TIMED_OUT = new ProviderFailure('ai.timeout', 'the call took longer than AI_TIMEOUT_MS', {
  reason: 'timeout',
  retryable: true,
})

export type AiActivities = ReturnType<typeof createAiActivities>

/** What the step that writes gets: the order is in the row, what other services know comes with it. */
export type WriteStep = GenerationInput & { readonly context?: GenerationContext }

export function createAiActivities(deps: RunDeps) {
  const { db, provider, budgetMicros } = deps

  /** Ends an attempt in one transaction, with all that goes with it. */
  const ending = (finish: (trx: Transaction<AcceptTables>) => Promise<OperationRow | undefined>): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const ended = await finish(trx as unknown as Transaction<AcceptTables>)
      if (ended) await endRun(trx, ended, budgetMicros)
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

  const writing = async <T>(input: GenerationInput, write: (run: StoredRun) => Promise<T>): Promise<T> => {
    const run = await openRun(deps, input)
    try {
      return await write(run)
    } catch (error) {
      throw await failure(error, input, run.firstCall)
    }
  }

  /** The finished draft is kept, and what comes next is shown. */
  const keep = async <D extends RunDraft>(operationId: string, draft: D): Promise<D> => {
    await keepDraft(db, operationId, draft, { stage: 'storing', progress: GENERATION_STAGES.storing })
    return draft
  }

  return withFailures({
    /**
     * Writes the script with as few paid calls as it needs, or goes on with those that earlier attempts have paid for.
     * @returns null when there is more to write: call it again
     */
    writeScript: (input: WriteStep): Promise<ScriptDraft | null> =>
      writing(input, async (run) => {
        const { request, draft } = run
        // A worker died after the answer was kept and before Temporal heard of it.
        if (draft) return draft as ScriptDraft
        const context = input.context ?? { template: null, base: null }
        const written = await writeScript(run, request as GenerationRequest, context, {
          isDemo: provider.is_demo,
          repairRounds: deps.repairRounds,
        })
        return written && keep(input.operation_id, written)
      }),

    /** Writes one scene anew. */
    writeScene: (input: WriteStep): Promise<Exclude<RunDraft, ScriptDraft>> =>
      writing(input, async (run) => {
        const { request, draft } = run
        if (draft) return draft as Exclude<RunDraft, ScriptDraft>
        const base = input.context?.base ?? fail('scenario.not_found')
        const shown = { stage: 'writing', from: GENERATION_STAGES.writing, to: 0.7, characters: 2_000 }
        const scene = await run.paid('scene', rewriteTask(base, request as SceneRequest), shown)
        return keep(input.operation_id, { scene, is_demo: provider.is_demo })
      }),

    /** Writes titles and ends the operation with them: one step, since nobody else has a part in it. */
    writeTitles: async (input: GenerationInput): Promise<{ titles: Title[] }> => {
      const titles = await writing(input, (run) =>
        run.paid('titles', titlesTask(run.request as TitleRequest), {
          stage: 'writing',
          from: GENERATION_STAGES.writing,
          to: 0.9,
          characters: 600,
        }),
      )
      return { titles }
    },

    finishTitles: (step: { operation_id: string; titles: readonly Title[] }): Promise<void> =>
      ending((trx) => succeedOperation(trx, step.operation_id, { titles: step.titles })),

    finishGeneration: (step: { operation_id: string; result: GenerationResult }): Promise<void> =>
      ending((trx) => succeedOperation(trx, step.operation_id, step.result)),

    failGeneration: (step: { operation_id: string; error_code: ErrorCode }): Promise<void> =>
      ending(async (trx) => {
        const proposal = step.error_code === 'ai.base_version_changed' ? await proposalOf(trx, step.operation_id) : null
        return failOperation(trx, step.operation_id, step.error_code, proposal)
      }),

    cancelGeneration: (step: { operation_id: string }): Promise<void> =>
      ending((trx) => cancelOperation(trx, step.operation_id)),
  })
}

/** What was written for a version that is gone is not thrown away: its author may fetch it. Null when nothing was written yet. */
async function proposalOf(
  trx: Transaction<AcceptTables>,
  operationId: string,
): Promise<{ proposal_url: string } | null> {
  const run = await findRun(trx as unknown as Transaction<AiDb>, operationId)
  return run?.draft ? { proposal_url: `/api/v1/operations/${operationId}/proposal` } : null
}
