import { z } from 'zod'
import { priceOf, type Price } from './prices.ts'

/** Whose server it is: decides which parameters are sent and what answers are asked for (`models/capabilities.ts`). */
export const PROVIDER_KINDS = [
  'openai',
  'azure',
  'yandex',
  'gigachat',
  'openrouter',
  'ollama',
  'vllm',
  'llamacpp',
  'compatible',
] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** One provider in the order of use. */
export interface ProviderSettings {
  readonly name: string
  readonly kind: ProviderKind
  readonly base_url: string
  readonly api_key: string | undefined
  readonly model: string
  readonly endpoint: 'chat' | 'responses'
  readonly headers: Readonly<Record<string, string>>
  /** Where the key buys access tokens that last for minutes; absent: the key is what calls carry. */
  readonly oauth?: OAuthSettings | undefined
  readonly price: Price | undefined
}

export interface OAuthSettings {
  readonly url: string
  readonly scope: string
}

/** GigaChat's own; `scope` is another for companies: GIGACHAT_API_B2B, GIGACHAT_API_CORP. */
const GIGACHAT_OAUTH: OAuthSettings = {
  url: 'https://ngw.devices.sberbank.ru:9443/api/v2/oauth',
  scope: 'GIGACHAT_API_PERS',
}

const OPENAI_URL = 'https://api.openai.com/v1'

const Entry = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,40}$/),
  kind: z.enum(PROVIDER_KINDS).optional(),
  base_url: z.url({ protocol: /^https?$/ }),
  api_key: z.string().min(1).optional(),
  model: z.string().min(1).max(200),
  endpoint: z.enum(['chat', 'responses']).optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).optional(),
  oauth: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }).optional(), scope: z.string().min(1).max(200).optional() })
    .optional(),
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
})

/** The value of AI_PROVIDERS: a JSON list of providers, the first one is asked first. */
export const ProviderList = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      // Not the parser's message: the text holds keys.
      context.addIssue('must be JSON')
      return z.NEVER
    }
  })
  .pipe(
    z
      .array(Entry, 'must be a list of {name, base_url, model, api_key?, kind?, endpoint?, headers?, oauth?, price?}')
      .min(1)
      .refine((all) => new Set(all.map((p) => p.name)).size === all.length, 'must have different names'),
  )
  .transform((all): ProviderSettings[] =>
    all.map(({ name, base_url, api_key, model, kind = kindOf(base_url), ...rest }) => ({
      name,
      base_url: base_url.replace(/\/$/, ''),
      api_key,
      model,
      kind,
      endpoint: rest.endpoint ?? 'chat',
      headers: rest.headers ?? {},
      oauth: oauthOf(kind, rest.oauth),
      price: rest.price ?? priceOf(model),
    })),
  )

/** The one provider of OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL. */
export function openAiSettings(key: string | undefined, baseUrl: string | undefined, model: string): ProviderSettings {
  const base_url = (baseUrl ?? OPENAI_URL).replace(/\/$/, '')
  const kind = kindOf(base_url)
  return {
    name: 'openai',
    kind,
    base_url,
    api_key: key,
    model,
    endpoint: 'chat',
    headers: {},
    oauth: oauthOf(kind),
    price: priceOf(model),
  }
}

/** GigaChat by itself, any other only when it is said. */
const oauthOf = (
  kind: ProviderKind,
  { url, scope }: { url?: string | undefined; scope?: string | undefined } = {},
): OAuthSettings | undefined =>
  kind === 'gigachat' || url !== undefined
    ? { url: url ?? GIGACHAT_OAUTH.url, scope: scope ?? GIGACHAT_OAUTH.scope }
    : undefined

const HOSTS: readonly (readonly [RegExp, ProviderKind])[] = [
  [/^api\.openai\.com$/, 'openai'],
  [/\.openai\.azure\.com$/, 'azure'],
  [/(^|\.)api\.cloud\.yandex\.net$/, 'yandex'],
  [/(^|\.)giga\.chat$|^gigachat\.devices\.sberbank\.ru$/, 'gigachat'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
]

/** By the address; a server on one's own machine is told by Ollama's port, any other by `kind`. */
export function kindOf(baseUrl: string): ProviderKind {
  const { hostname, port } = new URL(baseUrl)
  return HOSTS.find(([pattern]) => pattern.test(hostname))?.[1] ?? (port === '11434' ? 'ollama' : 'compatible')
}
