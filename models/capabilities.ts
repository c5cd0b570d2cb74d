import type { ProviderKind } from './settings.ts'

/**
 * How an answer of a certain shape is asked for, from the surest way to the last resort. A provider that refuses one is asked by the
 * next, and that is remembered.
 */
export const RUNGS = ['strict', 'schema', 'tool', 'json_object', 'plain'] as const
export type Rung = (typeof RUNGS)[number]

export interface Capabilities {
  readonly rungs: readonly Rung[]
  readonly token_limit: 'max_tokens' | 'max_completion_tokens'
  /** Whether `stream_options.include_usage` may be sent; without it some count tokens in a stream anyway. */
  readonly stream_usage: boolean
  /** Whether `json_schema` holds the schema itself, not `{name, schema}` around it. */
  readonly bare_schema: boolean
  /** The highest limit of output tokens that it takes. */
  readonly max_output_tokens: number
  /** Parameters that only this provider is sent. */
  readonly extra: Readonly<Record<string, unknown>>
}

/** 16,384: the output limit of gpt-4o and its mini, beyond which requests are refused. */
const USUAL = {
  rungs: RUNGS,
  token_limit: 'max_tokens',
  stream_usage: true,
  bare_schema: false,
  max_output_tokens: 16_384,
  extra: {},
} satisfies Capabilities

/**
 * What each provider takes, from its documentation (read November 2026). Whatever is not named here is not sent: YandexGPT knows
 * temperature, max_tokens, stream and response_format only, with the schema bare in it; GigaChat refuses `json_object`; Ollama knows no tool_choice.
 */
export const CAPABILITIES: Readonly<Record<ProviderKind, Capabilities>> = {
  // Its reasoning models answer 400 to `max_tokens`. Scripts of people are not for training.
  openai: { ...USUAL, token_limit: 'max_completion_tokens', extra: { store: false } },
  azure: { ...USUAL, token_limit: 'max_completion_tokens' },
  yandex: {
    ...USUAL,
    rungs: ['schema', 'json_object', 'plain'],
    stream_usage: false,
    bare_schema: true,
    max_output_tokens: 8_000,
  },
  gigachat: { ...USUAL, rungs: ['schema', 'tool', 'plain'], stream_usage: false, max_output_tokens: 8_192 },
  openrouter: USUAL,
  ollama: { ...USUAL, rungs: ['schema', 'json_object', 'plain'] },
  vllm: { ...USUAL, rungs: ['schema', 'tool', 'json_object', 'plain'] },
  llamacpp: { ...USUAL, rungs: ['schema', 'json_object', 'plain'] },
  compatible: USUAL,
}
