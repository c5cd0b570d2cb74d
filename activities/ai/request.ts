import type { Capabilities, Rung } from '../../models/capabilities.ts'
import type { ProviderSettings } from '../../models/settings.ts'
import { strictSchema, type JsonSchema } from '../../script/strict-schema.ts'
import type { Message, Task } from './task.ts'

/** What a provider turned out not to take although its table says so; learned from its refusals. */
export interface Learned {
  rung: Rung
  stream_usage: boolean
  token_limit: Capabilities['token_limit']
}

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
  capabilities: Capabilities,
  learned: Learned,
): ModelRequest {
  const schema = strictSchema(task.schema)
  const { rung } = learned
  const told = task.messages(marker)
  const messages = rung === 'json_object' || rung === 'plain' ? withSchema(told, schema) : told
  const limit = Math.min(task.max_output_tokens, capabilities.max_output_tokens)
  const common = { model: settings.model, stream: true, ...capabilities.extra }
  if (settings.endpoint === 'responses')
    return {
      path: '/responses',
      messages,
      body: { ...common, input: messages, max_output_tokens: limit, ...responsesFormat(rung, task.name, schema) },
    }
  return {
    path: '/chat/completions',
    messages,
    body: {
      ...common,
      messages,
      [learned.token_limit]: limit,
      ...(learned.stream_usage && { stream_options: { include_usage: true } }),
      ...chatFormat(rung, task.name, schema, capabilities.bare_schema),
    },
  }
}

function chatFormat(rung: Rung, name: string, schema: JsonSchema, bare: boolean): object {
  switch (rung) {
    case 'strict':
      return { response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } } }
    case 'schema':
      return { response_format: { type: 'json_schema', json_schema: bare ? schema : { name, schema } } }
    case 'tool':
      return {
        tools: [{ type: 'function', function: { name, description: 'Gives the answer', parameters: schema } }],
        tool_choice: { type: 'function', function: { name } },
      }
    case 'json_object':
      return { response_format: { type: 'json_object' } }
    case 'plain':
      return {}
  }
}

function responsesFormat(rung: Rung, name: string, schema: JsonSchema): object {
  switch (rung) {
    case 'strict':
      return { text: { format: { type: 'json_schema', name, strict: true, schema } } }
    case 'schema':
      return { text: { format: { type: 'json_schema', name, schema } } }
    case 'tool':
      return { tools: [{ type: 'function', name, parameters: schema }], tool_choice: { type: 'function', name } }
    case 'json_object':
      return { text: { format: { type: 'json_object' } } }
    case 'plain':
      return {}
  }
}
