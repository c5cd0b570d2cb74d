import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { endCall, insertCall, keepResponse, type KeptCallRow } from '../../db/ai/calls.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { despiteOutage } from '../../db/outage.ts'
import type { Keys } from '../../keys/keys.ts'
import { costMicros, CURRENCY, estimateTokens, PRICE_VERSION, type Price } from '../../llm/prices.ts'
import { sealText } from '../../keys/seal.ts'
import type { CallEnd, CallOptions, CallRecord, CallStart, FailureReason, KeptCall } from '../../llm/provider.ts'
import { modelCallSpan } from '../../telemetry/gen-ai.ts'
import { countCall } from './counted-call.ts'

/** With nothing of an answer: refused before anything was written, or no answer at all. Nobody is charged for these. */
const FREE: readonly (CallEnd['outcome'] | FailureReason)[] = [
  'connection',
  'server_error',
  'rate_limited',
  'quota',
  'rejected',
  'bad_request',
  'empty',
  'malformed',
]

export interface Recorded {
  readonly operation_id: string
  readonly owner_id: string
  readonly attempt: number
  readonly step: string
}

interface RecorderDeps {
  readonly db: Kysely<AiDb>
  readonly keys: Pick<Keys, 'payload'>
  readonly priceOf: (provider: string) => Price | undefined
}

/** Told the trace context of each call. */
type Traced = (traceparent: string | null) => void

/**
 * Writes every call down: before it goes out with what its input costs at least, afterwards with what it used. A worker that dies
 * in between leaves the first, so that a lost call is never free by accident.
 */
export const recordCalls =
  (deps: RecorderDeps, recorded: Recorded, traced: Traced = () => {}): NonNullable<CallOptions['onCall']> =>
  async ({ provider, model, endpoint, output_mode, prompt, messages, parameters }) => {
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
      rung: output_mode,
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
    return recordOf(deps, recorded, { id, provider, model, prompt, parameters, inputEstimate }, traced)
  }

/** A call that an earlier execution wrote down, and whose answer this one reads. */
export const keptCall = (
  deps: RecorderDeps,
  recorded: Recorded,
  { id, provider, model, prompt_name, prompt_version, prompt_hash, input_tokens, parameters, response_id }: KeptCallRow,
  traced: Traced = () => {},
): KeptCall => ({
  provider,
  responseId: response_id,
  record: recordOf(
    deps,
    recorded,
    {
      ...{ id, provider, model, inputEstimate: input_tokens },
      parameters: parameters as Readonly<Record<string, unknown>>,
      prompt: { name: prompt_name, version: prompt_version, hash: prompt_hash },
    },
    traced,
  ),
})

function recordOf(
  { db, keys, priceOf }: RecorderDeps,
  recorded: Recorded,
  call: Pick<CallStart, 'provider' | 'model' | 'prompt' | 'parameters'> & {
    readonly id: string
    readonly inputEstimate: number
  },
  traced: Traced,
): CallRecord {
  const { id, inputEstimate, ...start } = call
  const { provider, model, prompt } = start
  const price = priceOf(provider)
  const span = modelCallSpan({ ...recorded, ...start })
  traced(span.traceparent)
  return {
    kept: (responseId) => despiteOutage(() => keepResponse(db, id, responseId)),
    end: async (end) => {
      const counted = end.usage.input_tokens !== null && end.usage.output_tokens !== null
      const free = !counted && !end.answered && FREE.includes(end.outcome)
      const input = free ? 0 : (end.usage.input_tokens ?? inputEstimate)
      const output = end.usage.output_tokens ?? estimateTokens(end.text.length + end.thinking)
      const estimated = !counted && !free
      const cost_micros = costMicros(price, input, output)
      const used = { input_tokens: input, output_tokens: output, estimated, currency: CURRENCY }
      span.end({ ...end, ...used, cost_micros: price ? cost_micros : null })
      const outcome = {
        model_served: end.model,
        answer: end.text === '' ? null : sealText(end.text, keys.payload),
        outcome: end.outcome,
        note: end.note,
        input_tokens: input,
        output_tokens: output,
        usage_estimated: estimated,
        cost_micros,
        first_token_ms: end.first_token_ms,
        duration_ms: end.duration_ms,
      }
      await despiteOutage(() => endCall(db, id, outcome))
      countCall({ provider, model, prompt: prompt.name, prompt_version: String(prompt.version) }, end, {
        input,
        output,
        cost: cost_micros,
      })
    },
  }
}
