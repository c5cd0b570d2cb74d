import { childSpan, currentTrace } from './trace.ts'
import { KIND, now, recording, recordSpan, type Attributes } from './spans.ts'

/**
 * Calls of models and what was found of their answers, in OpenTelemetry's words for generative AI
 * (https://github.com/open-telemetry/semantic-conventions-genai, as of 2026-11-26, schema gen-ai/1.42.0: no attribute of it is stable yet)
 * and in those that Langfuse reads beside them (https://langfuse.com/integrations/native/opentelemetry). All such names stand here and
 * nowhere else. Usage and cost are on the span of the call alone: on a parent too they would be counted twice. No texts: neither what was
 * asked nor what was answered, which the ledger of `ai` keeps sealed.
 */
export interface ModelCall {
  readonly operation_id: string
  readonly step: string
  readonly provider: string
  readonly model: string
  readonly prompt: { readonly name: string; readonly version: number }
  readonly parameters: Readonly<Record<string, unknown>>
}

interface ModelCallEnd {
  /** The model that answered. */
  readonly model: string
  /** `stop`, or why it failed. */
  readonly outcome: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly estimated: boolean
  /** Millionths; null: the model has no price. */
  readonly cost_micros: number | null
  readonly currency: string
  readonly first_token_ms: number | null
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const attributesOf = (call: ModelCall, end: ModelCallEnd, start: number): Attributes => {
  const { prompt, parameters: p } = call
  const cost = end.cost_micros === null ? undefined : end.cost_micros / 1_000_000
  const first = end.first_token_ms
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': call.provider,
    'gen_ai.conversation.id': call.operation_id,
    'gen_ai.output.type': 'json',
    'gen_ai.request.model': call.model,
    'gen_ai.request.stream': p['stream'] === true,
    'gen_ai.request.temperature': number(p['temperature']),
    'gen_ai.request.max_tokens': number(p['max_tokens'] ?? p['max_completion_tokens'] ?? p['max_output_tokens']),
    'gen_ai.response.model': end.model,
    'gen_ai.response.finish_reasons': [end.outcome],
    'gen_ai.response.time_to_first_chunk': first === null ? undefined : first / 1_000,
    'gen_ai.usage.input_tokens': end.input_tokens,
    'gen_ai.usage.output_tokens': end.output_tokens,
    'gen_ai.usage.cost': cost,
    'langfuse.observation.prompt.name': prompt.name,
    'langfuse.observation.prompt.version': prompt.version,
    'langfuse.observation.completion_start_time': first === null ? undefined : new Date(start + first).toISOString(),
    'scenor.prompt.name': prompt.name,
    'scenor.prompt.version': prompt.version,
    'scenor.cost.amount': cost,
    'scenor.cost.currency': cost === undefined ? undefined : end.currency,
    'scenor.usage.estimated': end.estimated,
    'scenor.step': call.step,
    'operation.id': call.operation_id,
  }
}

/** The span of a call from when it is about to go out. */
export interface CallSpan {
  /** Its trace context, for what is found of its answer. */
  readonly traceparent: string | null
  end(end: ModelCallEnd): void
}

/** Begins the span of a call. */
export function modelCallSpan(call: ModelCall): CallSpan {
  if (!recording()) return { traceparent: null, end: () => {} }
  const parent = currentTrace()
  const self = childSpan(parent)
  const start = now()
  return {
    traceparent: self,
    end: (end) =>
      recordSpan(
        self,
        parent,
        { name: `chat ${call.model}`, kind: KIND.client, attributes: () => attributesOf(call, end, start) },
        { start, error: end.outcome === 'stop' ? null : end.outcome },
      ),
  }
}

/**
 * What our checks say of a script, one `gen_ai.evaluation.result` each. Without their reasons, which quote the script.
 * @param call the span of the call whose answer it is; null: an earlier execution made it
 */
export function recordEvaluations(
  call: string | null,
  operationId: string,
  checks: readonly { readonly check: string; readonly pass: boolean; readonly score: number }[],
): void {
  const parent = call ?? currentTrace()
  const start = now()
  const events = checks.map(({ check, pass, score }) => ({
    name: 'gen_ai.evaluation.result',
    at: start,
    attributes: {
      'gen_ai.evaluation.name': check,
      'gen_ai.evaluation.score.value': score,
      'gen_ai.evaluation.score.label': pass ? 'pass' : 'fail',
    },
  }))
  const attributes = () => ({ 'operation.id': operationId })
  recordSpan(childSpan(parent), parent, { name: 'evaluate script', attributes }, { start, events })
}
