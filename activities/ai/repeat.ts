import type { Kysely } from 'kysely'
import { differences } from '../../commands/differences.ts'
import { answerOf, demoTask, messagesOf, onlyProvider, plain, repeatedTask } from '../../commands/repeated-calls.ts'
import type { Config } from '../../config.ts'
import type { Repeated, RepeatInput } from '../../contracts/repeat.ts'
import { listCalls } from '../../db/ai/calls.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { Keys } from '../../keys/keys.ts'
import { costMicros } from '../../llm/prices.ts'
import { ProviderFailure, type CallEnd } from '../../llm/provider.ts'
import { selectProvider } from '../../llm/select.ts'
import { withFailures } from '../failures.ts'

/** More say no more than these; characters of each side. */
const MAX_DIFFERENCES = 50
const MAX_SIDE = 500

export type RepeatActivities = ReturnType<typeof createRepeatActivities>

const said = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value).slice(0, MAX_SIDE))

export function createRepeatActivities({
  db,
  config,
  keys,
}: {
  readonly db: Kysely<AiDb>
  readonly config: Config
  readonly keys: Pick<Keys, 'payload'>
}) {
  return withFailures({
    /** A failure of the provider is an answer too: whether it fails again is what was asked. */
    repeatCall: async ({ operation_id, call_id, provider: name, limit_ms }: RepeatInput): Promise<Repeated> => {
      const generation = (await findGeneration(db, operation_id)) ?? fail('operation.not_found')
      const call = (await listCalls(db, operation_id)).find(({ id }) => id === call_id) ?? fail('operation.not_found')
      const only = onlyProvider(config, name) ?? fail('operation.not_retryable')
      const task =
        (only.demo ? demoTask(generation, call.step) : repeatedTask(generation, call, messagesOf(call, keys))) ??
        fail('operation.not_retryable')
      const provider = await selectProvider(only)
      const price = only.providers[0]?.price
      let ended: CallEnd | undefined
      const record = () => Promise.resolve({ kept: async () => {}, end: async (end: CallEnd) => void (ended = end) })
      const begun = performance.now()
      const how = (): Omit<Repeated, 'error_code' | 'note' | 'answer' | 'differences'> => ({
        provider: name,
        model: ended?.model ?? provider.model,
        input_tokens: ended?.usage.input_tokens ?? null,
        output_tokens: ended?.usage.output_tokens ?? null,
        cost_micros: costMicros(price, ended?.usage.input_tokens ?? 0, ended?.usage.output_tokens ?? 0),
        duration_ms: Math.round(performance.now() - begun),
      })
      try {
        const { value } = await provider.ask(task, { signal: AbortSignal.timeout(limit_ms), onCall: record })
        const before = answerOf(call, task, keys).value
        const answer = plain(value)
        const parted = before === undefined ? null : differences(before, answer).slice(0, MAX_DIFFERENCES)
        return {
          ...how(),
          ...{ error_code: null, note: null, answer },
          differences: parted && parted.map(({ path, a, b }) => ({ path, was: said(a), is: said(b) })),
        }
      } catch (error) {
        const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
        if (!timedOut && !(error instanceof ProviderFailure)) throw error
        const failed = timedOut
          ? ({ code: 'ai.timeout', message: 'no answer in time' } as const)
          : (error as ProviderFailure)
        return { ...how(), error_code: failed.code, note: failed.message, answer: null, differences: null }
      }
    },
  })
}
