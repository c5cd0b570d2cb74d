import type { Kysely } from 'kysely'
import { keepAnswer } from '../../db/ai/answers.ts'
import { beginStep, findRun } from '../../db/ai/generations.ts'
import type { AiDb, RunDraft, RunRequest } from '../../db/ai/schema.ts'
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

/** With what its row says. */
export interface StoredRun extends Run {
  readonly request: RunRequest
  /** The finished answer, when an earlier execution has it already. */
  readonly draft: RunDraft | null
}

/** One execution of the activity that writes, over the steps that earlier ones have paid for. */
export async function openRun(
  deps: RunDeps,
  input: { readonly operation_id: string; readonly owner_id: string; readonly call_timeout_ms: number },
): Promise<StoredRun> {
  const { db, provider } = deps
  const { operation_id, owner_id } = input
  const { request, draft, answers: kept } = (await findRun(db, operation_id)) ?? fail('operation.not_found')
  const answers = new Map(Object.entries(kept))
  let calls = 0
  let firstCall = new Date()

  const begin = async ({ stage, from }: Shown): Promise<number> => {
    const begun = await beginStep(db, operation_id, { stage, progress: from }, calls === 0)
    const { attempt, first_called_at } = begun ?? fail('operation.cancelled')
    firstCall = first_called_at
    return attempt
  }

  return {
    request,
    draft,
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
        const answer = { operation_id, step, answer: value, provider: answered.provider, model, is_demo }
        const kept = await keepAnswer(db, answer)
        answers.set(step, kept)
        return kept
      } finally {
        await progress.close()
      }
    },
  }
}
