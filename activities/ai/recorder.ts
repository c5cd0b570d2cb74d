import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { endCall, insertCall } from '../../db/ai/calls.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import type { Keys } from '../../keys.ts'
import { costMicros, estimateTokens, PRICE_VERSION, type Price } from '../../models/prices.ts'
import { sealText } from '../../sealed.ts'
import type { CallEnd, FailureReason, Listening } from './provider.ts'

/** Refused before anything was written: nobody is charged for these. */
const FREE: readonly (CallEnd['outcome'] | FailureReason)[] = [
  'connection',
  'server_error',
  'rate_limited',
  'quota',
  'rejected',
]

export interface Recorded {
  readonly operation_id: string
  readonly owner_id: string
  readonly attempt: number
  readonly step: string
}

/**
 * Writes every call down: before it goes out with what its input costs at least, afterwards with what it used. A worker that dies
 * in between leaves the first, so that a lost call is never free by accident.
 */
export const recordCalls =
  (
    deps: { db: Kysely<AiDb>; keys: Pick<Keys, 'payload'>; priceOf: (provider: string) => Price | undefined },
    recorded: Recorded,
  ): NonNullable<Listening['onCall']> =>
  async ({ provider, model, endpoint, rung, prompt, messages, parameters }) => {
    const { db, keys } = deps
    const id = uuidv7()
    const price = deps.priceOf(provider)
    const isDemo = provider === 'demo'
    const rendered = JSON.stringify(messages)
    const inputEstimate = isDemo ? 0 : estimateTokens(rendered.length)
    await insertCall(db, {
      ...recorded,
      id,
      provider,
      model,
      endpoint,
      rung,
      prompt_name: prompt.name,
      prompt_version: prompt.version,
      prompt_hash: prompt.hash,
      messages: sealText(rendered, keys.payload),
      parameters: JSON.stringify(parameters),
      input_tokens: inputEstimate,
      output_tokens: 0,
      usage_estimated: !isDemo,
      price_version: PRICE_VERSION,
      priced: price !== undefined,
      cost_micros: String(costMicros(price, inputEstimate, 0)),
    })
    return async (end) => {
      const counted = end.usage.input_tokens !== null && end.usage.output_tokens !== null
      const free = !counted && end.text === '' && FREE.includes(end.outcome)
      const input = free ? 0 : (end.usage.input_tokens ?? inputEstimate)
      const output = end.usage.output_tokens ?? estimateTokens(end.text.length)
      await endCall(db, id, {
        model_served: end.model,
        answer: end.text === '' ? null : sealText(end.text, keys.payload),
        outcome: end.outcome,
        note: end.note,
        input_tokens: input,
        output_tokens: output,
        usage_estimated: !counted && !free,
        cost_micros: costMicros(price, input, output),
        first_token_ms: end.first_token_ms,
        duration_ms: end.duration_ms,
      })
    }
  }
