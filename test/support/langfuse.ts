import type { Plain, ReceivedSpan } from './otlp-sink.ts'

/**
 * What Langfuse makes of spans that come by OTLP, as a table: the attributes that it looks at for each field, the first that is there. Its
 * published mapping (https://langfuse.com/integrations/native/opentelemetry, "Property Mapping") with the order of
 * `OtelIngestionProcessor` at its commit 6275144, of 2026-11.
 */
const FIELDS = {
  model: ['langfuse.observation.model.name', 'gen_ai.response.model', 'gen_ai.request.model'],
  promptName: ['langfuse.observation.prompt.name', 'langfuse.prompt.name'],
  promptVersion: ['langfuse.observation.prompt.version', 'langfuse.prompt.version'],
  sessionId: ['langfuse.session.id', 'session.id', 'gen_ai.conversation.id'],
  completionStartTime: ['langfuse.observation.completion_start_time'],
  input: ['langfuse.observation.input', 'gen_ai.input.messages', 'gen_ai.prompt', 'input.value'],
  output: ['langfuse.observation.output', 'gen_ai.output.messages', 'gen_ai.completion', 'output.value'],
  totalCost: ['langfuse.observation.cost_details', 'gen_ai.usage.cost'],
} as const

const TYPES: Readonly<Record<string, string>> = {
  chat: 'GENERATION',
  text_completion: 'GENERATION',
  generate_content: 'GENERATION',
  embeddings: 'EMBEDDING',
  invoke_agent: 'AGENT',
  execute_tool: 'TOOL',
}
const USAGE: Readonly<Record<string, string>> = {
  input_tokens: 'input',
  prompt_tokens: 'input',
  output_tokens: 'output',
  completion_tokens: 'output',
  total_tokens: 'total',
}

/** Every number under `gen_ai.usage.` but the cost counts as usage, under its own name where it has no other. */
const usageOf = (attributes: Plain): Plain =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => {
      const name = /^gen_ai\.usage\.(?!cost$)(.+)$/.exec(key)?.[1]
      return name === undefined ? [] : [[USAGE[name] ?? name, Number(value)]]
    }),
  )

const isModel = (attributes: Plain) => FIELDS.model.some((key) => Boolean(attributes[key]))

/** A span as an observation of Langfuse. */
export function observationOf({ name, attributes, status }: ReceivedSpan): Plain {
  const first = ([, keys]: [string, readonly string[]]) =>
    keys.map((key) => attributes[key]).find((v) => v !== undefined)
  const fields = Object.entries(FIELDS).map((field) => [field[0], first(field)])
  return {
    name,
    type: TYPES[String(attributes['gen_ai.operation.name'])] ?? (isModel(attributes) ? 'GENERATION' : 'SPAN'),
    level: status?.code === 2 ? 'ERROR' : 'DEFAULT',
    usageDetails: usageOf(attributes),
    ...Object.fromEntries(fields),
  }
}
