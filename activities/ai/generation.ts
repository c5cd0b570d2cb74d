import type { Kysely } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { keepAnswer } from '../../db/ai/answers.ts'
import { despiteOutage } from '../../db/outage.ts'
import { beginStep, type BegunStep, type findOrder } from '../../db/ai/generations.ts'
import type { AiDb, GenerationDraft, GenerationOrder } from '../../db/ai/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { Keys } from '../../keys/keys.ts'
import type { Price } from '../../llm/prices.ts'
import { joinSignals } from '../../network/joined-signal.ts'
import type { ShowProgress } from './progress.ts'
import { MAX_SPENT, type ScriptProvider } from '../../llm/provider.ts'
import { keptCall, recordCalls } from './recorder.ts'
import type { PaidSteps, Shown } from '../../writing/steps.ts'

/** The activities of this process, for whose life a lease speaks. */
export interface LeasedActivities {
  /**
   * Runs an activity as one of them.
   * @param step gets a signal that aborts when the operation's end is wanted
   * @throws CancelledFailure when Temporal says so too, whatever the step threw
   */
  run<T>(operationId: string, step: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export interface GenerationDeps {
  readonly db: Kysely<AiDb>
  readonly provider: ScriptProvider
  readonly keys: Pick<Keys, 'payload'>
  readonly leased: LeasedActivities
  readonly show: ShowProgress
  /** From its abort on no call is begun; its reason is thrown instead. */
  readonly stopping: AbortSignal
  /** Rounds of repair on failing scenes, 0 to 2. */
  readonly repairRounds: number
  /** What a person may spend in a month, millionths. */
  readonly budgetMicros: number
  readonly priceOf: (provider: string) => Price | undefined
}

/**
 * Calls of an attempt that may be lost with their workers. They do not count as spent, though some were paid for: a worker that dies is our
 * fault, and what was accepted is not lost by it. More than this means that it is this order that workers die of.
 */
const MAX_LOST = 20

/** A generation under way: its paid steps, with what its row says. */
export interface StoredGeneration extends PaidSteps {
  readonly request: GenerationOrder
  /** How long the attempt's first call has been out, milliseconds. */
  readonly waitedMs: number
  /** The trace context of the newest call of this execution; null: none was made or recorded. */
  readonly newestCall: string | null
  /** The finished answer, when an earlier execution has it already. */
  readonly draft: GenerationDraft | null
}

/** One execution of the activity that writes, over the steps that earlier ones have paid for. */
export async function openGeneration(
  deps: GenerationDeps,
  input: Attempt & { readonly owner_id: string; readonly call_timeout_ms: number },
  order: ReturnType<typeof findOrder>,
  wanted: AbortSignal,
): Promise<StoredGeneration> {
  const { db, provider, stopping } = deps
  const { operation_id, owner_id } = input
  const { request, draft, answers: kept } = (await order) ?? fail('operation.not_found')
  const answers = new Map(Object.entries(kept))
  let calls = 0
  let newestCall: string | null = null
  let firstCall = performance.now()

  const begin = async (step: string, { stage, from }: Shown): Promise<BegunStep> => {
    const moved = { stage, progress: from, step }
    const begun = (await beginStep(db, input, moved, calls === 0)) ?? fail('operation.cancelled')
    firstCall = performance.now() - begun.waited_ms
    if (begun.lost >= MAX_LOST) fail('internal.error')
    return begun
  }

  return {
    request,
    draft,
    get calls() {
      return calls
    },
    get newestCall() {
      return newestCall
    },
    get waitedMs() {
      return performance.now() - firstCall
    },
    has: (step) => answers.has(step),
    async paid(step, task, shown) {
      if (answers.has(step)) return answers.get(step) as never
      stopping.throwIfAborted()
      const { attempt, spent, kept: call } = await begin(step, shown)
      const recorded = { operation_id, owner_id, attempt, step }
      const traced = (traceparent: string | null) => {
        newestCall = traceparent
      }
      const record = recordCalls(deps, recorded, traced)
      const progress = deps.show({ operation_id, attempt }, shown)
      try {
        using limited = joinSignals([wanted], 2 * input.call_timeout_ms)
        const answered = await provider.ask(task, {
          signal: limited.signal,
          onText: progress.text,
          onReset: progress.reset,
          kept: call ? keptCall(deps, recorded, call, traced) : undefined,
          maxSpent: shown.once ? 1 : MAX_SPENT - spent,
          onCall: (start) => {
            // Of several calls for one step, too, none begins any more.
            stopping.throwIfAborted()
            return record(start)
          },
        })
        calls++
        const { value, model, is_demo } = answered
        // A worker that dies right after this line has not paid in vain; a Postgres that dies before it is waited for.
        const answer = { operation_id, step, answer: value, provider: answered.provider, model, is_demo }
        const kept = await despiteOutage(() => keepAnswer(db, answer), wanted)
        answers.set(step, kept)
        return kept
      } catch (error) {
        wanted.throwIfAborted()
        throw error
      } finally {
        await progress.close()
      }
    },
  }
}
