import { z } from 'zod'
import { priceOf, type Price } from './prices.ts'
import { kindOf, PROVIDER_KINDS, quirksOf, type ProviderKind } from './providers.ts'

/** One provider in the order of use. */
export interface ProviderSettings {
  readonly name: string
  readonly kind: ProviderKind
  readonly base_url: string
  readonly api_key: string | undefined
  readonly model: string
  readonly endpoint: 'chat' | 'responses'
  /** The server writes in the background and keeps the answer, which can be read after a crash (OpenAI's `background`). */
  readonly background: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Where the key buys access tokens that last for minutes; absent: the key is what calls carry. */
  readonly oauth?: OAuthSettings | undefined
  readonly price: Price | undefined
}

export interface OAuthSettings {
  readonly url: string
  readonly scope: string
}

const OPENAI_URL = 'https://api.openai.com/v1'

const Entry = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,40}$/),
  kind: z.enum(PROVIDER_KINDS).optional(),
  base_url: z.url({ protocol: /^https?$/ }),
  api_key: z.string().min(1).optional(),
  model: z.string().min(1).max(200),
  endpoint: z.enum(['chat', 'responses']).optional(),
  background: z.boolean().optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).optional(),
  oauth: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }).optional(), scope: z.string().min(1).max(200).optional() })
    .optional(),
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
})

/** A variable that holds JSON. */
const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Not the parser's message: the text holds keys.
    context.addIssue('must be JSON')
    return z.NEVER
  }
})

/** The value of AI_PROVIDERS: a JSON list of providers, the first one is asked first. */
export const ProviderList = Json.pipe(
  z
    .array(
      Entry,
      'must be a list of {name, base_url, model, api_key?, kind?, endpoint?, background?, headers?, oauth?, price?}',
    )
    .min(1)
    .refine((all) => new Set(all.map((p) => p.name)).size === all.length, 'must have different names')
    .refine(
      (all) => all.every(({ background, endpoint }) => !background || endpoint === 'responses'),
      'background: only with "endpoint": "responses"',
    ),
).transform((all): ProviderSettings[] =>
  all.map(({ name, base_url, api_key, model, kind = kindOf(base_url), headers = {}, ...rest }) => ({
    name,
    base_url: base_url.replace(/\/$/, ''),
    api_key,
    model: quirksOf(kind).model(model, headers),
    kind,
    endpoint: rest.endpoint ?? 'chat',
    background: rest.background ?? false,
    headers,
    oauth: oauthOf(kind, rest.oauth),
    price: rest.price ?? priceOf(model),
  })),
)

/** The value of AI_PROVIDER_KEYS: keys by the names of AI_PROVIDERS. */
export const ProviderKeys = Json.pipe(z.record(z.string(), z.string().min(1), 'must be {name: key}'))

/** @param keys null: of a process that asks no provider, which keeps none of theirs */
export const withKeys = (
  providers: readonly ProviderSettings[],
  keys: Readonly<Record<string, string>> | null,
): readonly ProviderSettings[] =>
  providers.map((one) =>
    keys ? { ...one, api_key: keys[one.name] ?? one.api_key } : { ...one, api_key: undefined, headers: {} },
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
    background: false,
    headers: {},
    oauth: oauthOf(kind),
    price: priceOf(model),
  }
}

/** By itself where the kind has its own, of any other only when it is said. */
function oauthOf(
  kind: ProviderKind,
  said: { url?: string | undefined; scope?: string | undefined } = {},
): OAuthSettings | undefined {
  const own = quirksOf(kind).oauth
  const url = said.url ?? own?.url
  return url === undefined ? undefined : { url, scope: said.scope ?? (own ?? quirksOf('gigachat').oauth)?.scope ?? '' }
}
