import type { OutputMode } from './output-modes.ts'

/** What is particular to the server of a provider. All of it is here: a new one is a row, which does not compile until it is whole. */
export interface ProviderQuirks {
  /** Hosts that it is known by. */
  readonly hosts: readonly RegExp[]
  /** The port that it is known by on one's own machine. */
  readonly port: string | undefined
  /** How answers are asked for, from the surest way to the last resort. */
  readonly output_modes: readonly [OutputMode, ...OutputMode[]]
  readonly token_limit: 'max_tokens' | 'max_completion_tokens'
  /** Whether `stream_options.include_usage` may be sent; without it some count tokens in a stream anyway. */
  readonly stream_usage: boolean
  /** The highest limit of output tokens that it takes. */
  readonly max_output_tokens: number
  /** Parameters that only this provider is sent. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Where its key buys access tokens; undefined: the key is what calls carry. */
  readonly oauth: { readonly url: string; readonly scope: string } | undefined
  /** The model as it is named in requests. */
  model(name: string, headers: Readonly<Record<string, string>>): string
}

/** 16,384: the output limit of gpt-4o and its mini, beyond which requests are refused. */
const USUAL = {
  hosts: [],
  port: undefined,
  output_modes: ['strict', 'schema', 'tool', 'json_object', 'plain'],
  token_limit: 'max_tokens',
  stream_usage: true,
  max_output_tokens: 16_384,
  extra: {},
  oauth: undefined,
  model: (name: string) => name,
} satisfies ProviderQuirks

/** Whatever is not named here is not sent. From the providers' documentation, read November 2026; no live call was made to any. */
const PROVIDERS = {
  // Its reasoning models answer 400 to `max_tokens`. Scripts of people are not for training.
  openai: {
    ...USUAL,
    hosts: [/^api\.openai\.com$/],
    token_limit: 'max_completion_tokens',
    extra: { store: false },
  },
  azure: { ...USUAL, hosts: [/\.openai\.azure\.com$/], token_limit: 'max_completion_tokens' },
  // Knows temperature, max_tokens, stream and response_format; models are URIs of a folder (yandex.cloud, "Compatibility with OpenAI").
  yandex: {
    ...USUAL,
    hosts: [/(^|\.)api\.cloud\.yandex\.net$/],
    output_modes: ['bare_schema', 'schema', 'json_object', 'plain'],
    stream_usage: false,
    max_output_tokens: 8_000,
    model: yandexModel,
  },
  // Structured output is for some of its clients only; functions are for all. It refuses `json_object`.
  gigachat: {
    ...USUAL,
    hosts: [/(^|\.)giga\.chat$/, /^gigachat\.devices\.sberbank\.ru$/],
    output_modes: ['flat_schema', 'function', 'plain'],
    stream_usage: false,
    max_output_tokens: 8_192,
    // `scope` is another for companies: GIGACHAT_API_B2B, GIGACHAT_API_CORP.
    oauth: { url: 'https://ngw.devices.sberbank.ru:9443/api/v2/oauth', scope: 'GIGACHAT_API_PERS' },
  },
  openrouter: { ...USUAL, hosts: [/(^|\.)openrouter\.ai$/] },
  // Knows no tool_choice.
  ollama: { ...USUAL, port: '11434', output_modes: ['schema', 'json_object', 'plain'] },
  vllm: { ...USUAL, output_modes: ['schema', 'tool', 'json_object', 'plain'] },
  llamacpp: { ...USUAL, output_modes: ['schema', 'json_object', 'plain'] },
  compatible: USUAL,
} satisfies Record<string, ProviderQuirks>

export type ProviderKind = keyof typeof PROVIDERS
export const PROVIDER_KINDS = Object.keys(PROVIDERS) as [ProviderKind, ...ProviderKind[]]
export const quirksOf = (kind: ProviderKind): ProviderQuirks => PROVIDERS[kind]

/** By the address; a server on one's own machine is told by its port, any other by `kind`. */
export function kindOf(baseUrl: string): ProviderKind {
  const { hostname, port } = new URL(baseUrl)
  const known = (matches: (quirks: ProviderQuirks) => boolean) => PROVIDER_KINDS.find((kind) => matches(quirksOf(kind)))
  return (
    known(({ hosts }) => hosts.some((host) => host.test(hostname))) ??
    known((quirks) => quirks.port !== undefined && quirks.port === port) ??
    'compatible'
  )
}

/** `yandexgpt/latest` of the folder in the header `OpenAI-Project` is `gpt://<folder>/yandexgpt/latest`; a whole URI stays. */
function yandexModel(name: string, headers: Readonly<Record<string, string>>): string {
  const folder = Object.entries(headers).find(([header]) => header.toLowerCase() === 'openai-project')?.[1]
  return folder === undefined || name.includes('://') ? name : `gpt://${folder}/${name}`
}
