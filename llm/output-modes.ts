import type { JsonSchema } from '../script/strict-schema.ts'

interface OutputModeRequest {
  /** Whether the schema must be told in words, because nothing in the request holds it. */
  readonly told: boolean
  /** What `/chat/completions` is sent beside the messages. */
  chat(name: string, schema: JsonSchema): object
  /** The same for `/responses`. */
  responses(name: string, schema: JsonSchema): object
}

const functionOf = (name: string, schema: JsonSchema) => ({
  name,
  description: 'Gives the answer',
  parameters: schema,
})
const format = (value: object) => ({ response_format: value })
const text = (value: object) => ({ text: { format: value } })

/**
 * How an answer of a certain shape is asked for. Which of them a provider is asked by, and in which order, is in its row of
 * `llm/providers.ts`.
 */
const OUTPUT_MODES = {
  strict: {
    told: false,
    chat: (name, schema) => format({ type: 'json_schema', json_schema: { name, strict: true, schema } }),
    responses: (name, schema) => text({ type: 'json_schema', name, strict: true, schema }),
  },
  schema: {
    told: false,
    chat: (name, schema) => format({ type: 'json_schema', json_schema: { name, schema } }),
    responses: (name, schema) => text({ type: 'json_schema', name, schema }),
  },
  /** Yandex: the schema itself where others have `{name, schema}`. */
  bare_schema: {
    told: false,
    chat: (_, schema) => format({ type: 'json_schema', json_schema: schema }),
    responses: (name, schema) => text({ type: 'json_schema', name, schema }),
  },
  /** GigaChat: `response_format.schema` (developers.sber.ru, "Генерация структурированных данных", June 2026). */
  flat_schema: {
    told: false,
    chat: (_, schema) => format({ type: 'json_schema', schema }),
    responses: (name, schema) => text({ type: 'json_schema', name, schema }),
  },
  tool: {
    told: false,
    chat: (name, schema) => ({
      tools: [{ type: 'function', function: functionOf(name, schema) }],
      tool_choice: { type: 'function', function: { name } },
    }),
    responses: (name, schema) => ({
      tools: [{ type: 'function', ...functionOf(name, schema) }],
      tool_choice: { type: 'function', name },
    }),
  },
  /** What tools were called before, and still are at GigaChat ("Режимы работы с функциями"). */
  function: {
    told: false,
    chat: (name, schema) => ({ functions: [functionOf(name, schema)], function_call: { name } }),
    responses: (name, schema) => ({ tools: [{ type: 'function', ...functionOf(name, schema) }] }),
  },
  json_object: {
    told: true,
    chat: () => format({ type: 'json_object' }),
    responses: () => text({ type: 'json_object' }),
  },
  plain: { told: true, chat: () => ({}), responses: () => ({}) },
} satisfies Record<string, OutputModeRequest>

export type OutputMode = keyof typeof OUTPUT_MODES
export const outputMode = (mode: OutputMode): OutputModeRequest => OUTPUT_MODES[mode]
