/**
 * Calls of models as OpenTelemetry's text for generative AI names them, for dashboards that are made for it
 * (https://github.com/open-telemetry/semantic-conventions-genai, as of 2026-11-26, schema gen-ai/1.42.0: nothing of it is stable, and the
 * token histogram is about to become counters). Names, labels and buckets are that text's, written as Prometheus has them: dots are
 * underscores, a time has its unit. Our own dashboards and alerts are made of `scenor_model_*`, which does not change with it.
 */
const CALL = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const

/** Powers of four, to 64 M tokens. */
const TOKENS = Array.from({ length: 14 }, (_, n) => 4 ** n)
/** Seconds, doubled from 10 ms on. */
const SECONDS = Array.from({ length: 14 }, (_, n) => Number((0.01 * 2 ** n).toFixed(2)))

const histogram = (buckets: readonly number[], label: readonly string[], help: string) =>
  ({ kind: 'histogram', of: ['workers'], labels: [...CALL, ...label], help, buckets }) as const

export const GEN_AI_METRICS = {
  gen_ai_client_token_usage: histogram(TOKENS, ['gen_ai_token_type'], 'Tokens of a call: input, output'),
  gen_ai_client_operation_duration_seconds: histogram(SECONDS, ['error_type'], 'Time of a call to its end'),
  gen_ai_client_operation_time_to_first_chunk_seconds: histogram(SECONDS, [], 'Time to the first piece of an answer'),
} as const

interface Call {
  readonly provider: string
  /** The one that was asked for. */
  readonly model: string
  /** `stop`, or why it failed. */
  readonly outcome: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly duration_ms: number
  readonly first_token_ms: number | null
}

type Observation = readonly [keyof typeof GEN_AI_METRICS, Readonly<Record<string, string>>, number]

/** What one call adds. A call that was refused before anything was counted has no tokens, and adds none. */
export function genAiObservations(call: Call): readonly Observation[] {
  const labels = {
    gen_ai_operation_name: 'chat',
    gen_ai_provider_name: call.provider,
    gen_ai_request_model: call.model,
  }
  const { outcome, first_token_ms: first } = call
  const tokens = Object.entries({ input: call.input_tokens, output: call.output_tokens })
  return [
    ...tokens
      .filter(([, n]) => n > 0)
      .map(([type, n]) => ['gen_ai_client_token_usage', { ...labels, gen_ai_token_type: type }, n] as const),
    [
      'gen_ai_client_operation_duration_seconds',
      { ...labels, error_type: outcome === 'stop' ? '' : outcome },
      call.duration_ms / 1_000,
    ],
    ...(first === null
      ? []
      : [['gen_ai_client_operation_time_to_first_chunk_seconds', labels, first / 1_000] as const]),
  ]
}
