import { ApplicationFailure } from '@temporalio/common'
import type { Attempt } from '../../contracts/attempt.ts'
import { countSpentAttempts, findOrder, keepDraft } from '../../db/ai/generations.ts'
import type { GenerationDraft } from '../../db/ai/schema.ts'
import { endGeneration } from '../../commands/generations.ts'
import type { Outcome } from '../../db/operations/operations.ts'
import { fail, type ErrorCode } from '../../errors/errors.ts'
import type {
  GenerationContext,
  GenerationRequest,
  SceneRequest,
  ScriptDraft,
  Title,
  TitleRequest,
} from '../../script/script.ts'
import { GENERATION_STAGES, type GenerationInput, type GenerationResult } from '../../contracts/generation.ts'
import { withFailures } from '../failures.ts'
import { untilAborted } from '../heartbeat.ts'
import { ProviderFailure } from '../../llm/provider.ts'
import { openGeneration, type GenerationDeps, type StoredGeneration } from './generation.ts'
import { recordEvaluations } from '../../telemetry/gen-ai.ts'
import { recording } from '../../telemetry/spans.ts'
import { rewriteTask } from '../../writing/tasks/rewrite.ts'
import { titlesTask } from '../../writing/tasks/titles.ts'
import { draftChecks } from '../../writing/repair.ts'
import { writeScript } from '../../writing/write.ts'
import { count } from '../../telemetry/tally.ts'
import type { Check } from '../../script/checks/check.ts'

/** A delay of 0 means "do not retry" to the server, whatever the failure says. */
const MIN_WAIT_MS = 100

const TIMED_OUT = new ProviderFailure('ai.timeout', 'the call took longer than AI_TIMEOUT_MS', {
  reason: 'timeout',
  retryable: true,
  spent: 1,
})

/** What the checks say of a script that is through. */
function countChecks(checks: readonly Check[]): void {
  for (const { check, pass, spans } of checks) {
    count('scenor_script_checks_total', { check, result: pass ? 'passed' : 'failed' })
    if (check === 'invented_fact') count('scenor_script_invented_facts_total', {}, spans.length)
  }
}

export type AiActivities = ReturnType<typeof createAiActivities>

/** What the step that writes gets: the order is in the row, what other services know comes with it. */
export type WriteStep = GenerationInput & { readonly context?: GenerationContext }

export function createAiActivities(deps: GenerationDeps) {
  const { db, provider, budgetMicros } = deps

  const end = (at: Attempt, outcome: Outcome): Promise<void> =>
    db.transaction().execute(async (trx) => void (await endGeneration(trx, at, outcome, budgetMicros)))

  /** What becomes of a provider's error: Temporal retries it, or it is final with its code. */
  const failure = async (error: unknown, input: GenerationInput, waited: number): Promise<unknown> => {
    if (error instanceof DOMException && error.name === 'TimeoutError') return failure(TIMED_OUT, input, waited)
    if (!(error instanceof ProviderFailure)) return error
    const spent = error.spent === 0 ? 0 : await countSpentAttempts(db, input, error.spent)
    // A later attempt has begun: this one has nothing more to say.
    const final = spent === undefined || error.isFinal(spent) || waited >= input.give_up_s * 1000
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: final,
      ...(error.retryAfterMs !== undefined && {
        nextRetryDelay: Math.max(MIN_WAIT_MS, Math.min(error.retryAfterMs, input.give_up_s * 1000 - waited)),
      }),
    })
  }

  const writing = <T>(
    input: GenerationInput,
    write: (generation: StoredGeneration, wanted: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    // Read while the lease takes the activity.
    const order = findOrder(db, input.operation_id)
    order.catch(() => {})
    return deps.leased.run(input.operation_id, async (wanted) => {
      const generation = await openGeneration(deps, input, order, wanted)
      try {
        return await write(generation, wanted)
      } catch (error) {
        throw await failure(error, input, generation.waitedMs)
      }
    })
  }

  /**
   * The finished draft is kept, for a retry too, and goes on to be stored unless somebody wants the end of it.
   * @throws the reason of `wanted` when the end is wanted: the wish is in the row
   */
  const keep = async <D extends GenerationDraft>(at: Attempt, draft: D, wanted: AbortSignal): Promise<D> => {
    const became = await keepDraft(db, at, draft, { stage: 'storing', progress: GENERATION_STAGES.storing })
    if (became === 'ended') fail('operation.cancelled')
    if (became === 'cancelling') await untilAborted(wanted)
    return draft
  }

  return withFailures({
    /**
     * Writes the script with as few paid calls as it needs, or goes on with those that earlier attempts have paid for.
     * @returns null when there is more to write: call it again
     */
    writeScript: (input: WriteStep): Promise<ScriptDraft | null> =>
      writing(input, async (generation, wanted) => {
        const { request, draft } = generation
        // A worker died after the answer was kept and before Temporal heard of it.
        if (draft) return keep(input, draft as ScriptDraft, wanted)
        const context = input.context ?? { template: null, base: null }
        const written = await writeScript(generation, request as GenerationRequest, context, {
          isDemo: provider.is_demo,
          repairRounds: deps.repairRounds,
        })
        if (!written) return null
        const checks = draftChecks(written, request as GenerationRequest)
        if (!written.is_demo) countChecks(checks)
        if (recording()) recordEvaluations(generation.newestCall, input.operation_id, checks)
        return keep(input, written, wanted)
      }),

    /** Writes one scene anew. */
    writeScene: (input: WriteStep): Promise<Exclude<GenerationDraft, ScriptDraft>> =>
      writing(input, async (generation, wanted) => {
        const { request, draft } = generation
        if (draft) return keep(input, draft as Exclude<GenerationDraft, ScriptDraft>, wanted)
        const base = input.context?.base ?? fail('scenario.not_found')
        const shown = { stage: 'writing', from: GENERATION_STAGES.writing, to: 0.7, characters: 2_000 }
        const scene = await generation.paid('scene', rewriteTask(base, request as SceneRequest), shown)
        return keep(input, { scene, is_demo: provider.is_demo }, wanted)
      }),

    /** Writes titles and ends the operation with them: one step, since nobody else has a part in it. */
    writeTitles: async (input: GenerationInput): Promise<{ titles: Title[] }> => {
      const titles = await writing(input, (generation) =>
        generation.paid('titles', titlesTask(generation.request as TitleRequest), {
          stage: 'writing',
          from: GENERATION_STAGES.writing,
          to: 0.9,
          characters: 600,
        }),
      )
      return { titles }
    },

    finishTitles: ({ titles, ...at }: Attempt & { titles: readonly Title[] }): Promise<void> =>
      end(at, { status: 'succeeded', result: { titles } }),

    finishGeneration: ({ result, ...at }: Attempt & { result: GenerationResult }): Promise<void> =>
      end(at, { status: 'succeeded', result }),

    failGeneration: ({ error_code: code, ...at }: Attempt & { error_code: ErrorCode }) =>
      end(at, { status: 'failed', code }),

    cancelGeneration: (at: Attempt): Promise<void> => end(at, { status: 'cancelled' }),
  })
}
