import { CURRENCY } from '../../llm/prices.ts'
import type { CallEnd } from '../../llm/provider.ts'
import { genAiObservations } from '../../telemetry/gen-ai-metrics.ts'
import { count, observe } from '../../telemetry/tally.ts'

/** By what calls are told apart; `model` is the one that was asked for, since what answers may name itself as it likes. */
interface CallLabels extends Readonly<Record<string, string>> {
  readonly provider: string
  readonly model: string
  readonly prompt: string
  readonly prompt_version: string
}

/**
 * Counts a call when its row is written, with the row's own figures: the sum of this is the sum of `calls`, and so of the ledger.
 * @param paid tokens, and millionths of the currency
 */
export function countCall(
  call: CallLabels,
  end: CallEnd,
  paid: { readonly input: number; readonly output: number; readonly cost: number },
): void {
  const { provider, model, prompt } = call
  const { outcome, usage } = end
  count('scenor_model_calls_total', { ...call, outcome })
  observe('scenor_model_call_seconds', { provider, model, prompt }, end.duration_ms / 1000)
  if (end.first_token_ms !== null)
    observe('scenor_model_first_text_seconds', { provider, model }, end.first_token_ms / 1000)
  const { cached_tokens: cached = 0, thinking_tokens: thinking = 0 } = usage
  for (const [type, tokens] of Object.entries({ input: paid.input, output: paid.output, cached, thinking }))
    count('scenor_model_tokens_total', { ...call, type }, tokens)
  count('scenor_model_cost_micros_total', { ...call, currency: CURRENCY }, paid.cost)
  const { duration_ms, first_token_ms } = end
  const tokens = { input_tokens: paid.input, output_tokens: paid.output }
  for (const observation of genAiObservations({ provider, model, outcome, ...tokens, duration_ms, first_token_ms }))
    observe(...observation)
  if (outcome !== 'stop' && paid.input + paid.output > 0)
    count('scenor_model_unused_total', { provider, model, outcome })
}
