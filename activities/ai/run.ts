import type { Kysely } from 'kysely'
import { findAnswers, keepAnswer } from '../../db/ai/answers.ts'
import { appendEvents, hasOpenText } from '../../db/ai/events.ts'
import { countCall } from '../../db/ai/generations.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { advanceOperation } from '../../db/operations/operations.ts'
import { fail } from '../../errors.ts'
import type { Keys } from '../../keys.ts'
import type { Price } from '../../models/prices.ts'
import { heartbeating } from '../heartbeat.ts'
import { showProgress, type Shown } from './progress.ts'
import type { ScriptProvider } from './provider.ts'
import { recordCalls } from './recorder.ts'
import type { Task } from './task.ts'

export interface RunDeps {
  readonly db: Kysely<AiDb>
  readonly provider: ScriptProvider
  readonly keys: Pick<Keys, 'payload'>
  /** Rounds of repair on failing scenes, 0 to 2. */
  readonly repairRounds: number
  /** What a person may spend in a month, millionths. */
  readonly budgetMicros: number
  readonly priceOf: (provider: string) => Price | undefined
}

export interface Run {
  /**
   * The answer to a step: the kept one, or that of one paid call, kept before anybody hears of it.
   * @throws ProviderFailure
   */
  paid<T>(step: string, task: Task<T>, shown: Shown): Promise<T>
  has(step: string): boolean
  /** Paid calls of this run so far. */
  readonly calls: number
  /** When the first call of the operation's attempt went out. */
  readonly firstCall: Date
}

/** One execution of the activity that writes, over the steps that earlier ones have paid for. */
export async function openRun(
  deps: RunDeps,
  input: { readonly operation_id: string; readonly owner_id: string; readonly call_timeout_ms: number },
): Promise<Run> {
  const { db, provider } = deps
  const { operation_id, owner_id } = input
  const answers = await findAnswers(db, operation_id)
  let calls = 0
  let firstCall = new Date()

  const begin = async ({ stage, from }: Shown): Promise<number> => {
    const attempt = (await advanceOperation(db, operation_id, { stage, progress: from })) ?? fail('operation.cancelled')
    const reset = await hasOpenText(db, operation_id)
    await appendEvents(db, operation_id, [
      ...(reset && calls === 0 ? [{ type: 'attempt_reset' as const, data: { attempt } }] : []),
      { type: 'stage', data: { stage, progress: from, attempt } },
    ])
    firstCall = await countCall(db, operation_id, attempt)
    return attempt
  }

  return {
    get calls() {
      return calls
    },
    get firstCall() {
      return firstCall
    },
    has: (step) => answers.has(step),
    async paid(step, task, shown) {
      if (answers.has(step)) return answers.get(step) as never
      const attempt = await begin(shown)
      const progress = showProgress(db, operation_id, shown)
      try {
        const answered = await heartbeating(2 * input.call_timeout_ms, (signal) =>
          provider.ask(task, {
            signal,
            onText: progress.text,
            onCall: recordCalls(deps, { operation_id, owner_id, attempt, step }),
          }),
        )
        calls++
        const { value, model, is_demo } = answered
        // A worker that dies right after this line has not paid in vain.
        const kept = await db
          .transaction()
          .execute((trx) =>
            keepAnswer(trx, { operation_id, step, answer: value, provider: answered.provider, model, is_demo }),
          )
        answers.set(step, kept)
        return kept as typeof value
      } finally {
        await progress.close()
      }
    },
  }
}
