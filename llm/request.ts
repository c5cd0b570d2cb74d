import { tokenLimit, type Negotiated } from './negotiated.ts'
import { outputMode } from './output-modes.ts'
import type { ProviderQuirks } from './providers.ts'
import type { ProviderSettings } from './settings.ts'
import { strictSchema, type JsonSchema } from '../script/strict-schema.ts'
import type { Message, Task } from './task.ts'

export interface ModelRequest {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly messages: readonly Message[]
}

/** Where no schema is enforced the model must be told it. The word JSON must stand in a user message for `json_object`. */
const withSchema = (messages: readonly Message[], schema: JsonSchema): Message[] =>
  messages.map((m, i) =>
    i === messages.length - 1
      ? { ...m, content: `${m.content}\n\nAnswer with one JSON object of this JSON Schema:\n${JSON.stringify(schema)}` }
      : m,
  )

/** The request for a task, with what this provider takes and nothing else. */
export function modelRequest(
  task: Task<unknown>,
  marker: string,
  settings: ProviderSettings,
  quirks: ProviderQuirks,
  negotiated: Negotiated,
): ModelRequest {
  const schema = strictSchema(task.schema)
  const mode = outputMode(negotiated.output_mode)
  const told = task.messages(marker)
  const messages = mode.told ? withSchema(told, schema) : told
  const limit = tokenLimit(task.max_output_tokens, quirks, negotiated)
  const { stream, stream_usage, token_limit } = negotiated
  const common = { model: settings.model, stream, ...quirks.extra }
  if (settings.endpoint === 'responses')
    return {
      path: '/responses',
      messages,
      body: {
        ...common,
        input: messages,
        ...(token_limit && { max_output_tokens: limit }),
        // Only what is kept can be written in the background. Without a stream there would be nothing to wait at.
        ...(settings.background && stream && { background: true, store: true }),
        ...mode.responses(task.name, schema),
      },
    }
  return {
    path: '/chat/completions',
    messages,
    body: {
      ...common,
      messages,
      ...(token_limit && { [token_limit]: limit }),
      ...(stream && stream_usage && { stream_options: { include_usage: true } }),
      ...mode.chat(task.name, schema),
    },
  }
}
