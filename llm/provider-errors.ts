import { APIError } from 'openai/error'
import type { FailureReason } from './provider.ts'

/** An error of a server, whatever shape it came in. Its message may quote the prompt: it is looked at and goes nowhere. */
export interface ServerError {
  readonly status: number | undefined
  readonly code: string | undefined
  readonly type: string | undefined
  readonly param: string | undefined
  readonly message: string
  readonly failed_generation?: string | undefined
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/**
 * The error in a body or an event: `{error: {…}}`, `{error: "…"}`, `{object: "error"}`, `{type: "error"}`, `{errors: […]}`, FastAPI's
 * `{detail}`, GigaChat's `{status, message}`, DashScope's `{code, message}`; undefined when it is none.
 */
export function errorIn(body: unknown): ServerError | undefined {
  if (Array.isArray(body)) return body.length === 1 ? errorIn(body[0]) : undefined
  if (!isObject(body)) return undefined
  const inner = firstOf(body['error']) ?? firstOf(body['errors']) ?? body['detail'] ?? failedBase(body['base_resp'])
  const empty = inner === undefined || inner === null || inner === ''
  const said = body['object'] === 'error' || body['type'] === 'error'
  const bare = !('choices' in body) && !('output' in body) && !('delta' in body) && text(body['message'] ?? body['msg'])
  if (empty && !said && !bare) return undefined
  const own: Json = isObject(inner) && !Array.isArray(inner) ? inner : {}
  const of = (...names: string[]) => names.map((name) => own[name] ?? body[name]).find((v) => v !== undefined)
  const code = text(of('code', 'error_code'))
  const statuses = [of('status', 'status_code', 'statusCode'), of('http_code', 'httpCode'), code]
  return {
    status: statuses.map(Number).find((n) => n >= 400 && n <= 599),
    code,
    // Google's stands where others have a number.
    type: text(of('type')) ?? statuses.map(text).find((word) => word !== undefined && /^[A-Z_]+$/.test(word)),
    param: text(of('param')),
    message: [
      own['message'] ?? own['msg'] ?? (typeof inner === 'string' ? inner : (body['message'] ?? body['msg'] ?? inner)),
    ]
      .concat(behind(own['metadata']))
      .map((part) => text(part) ?? (part === undefined ? '' : JSON.stringify(part)))
      .join(' ')
      .trim(),
    failed_generation: text(own['failed_generation']),
  }
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
/** MiniMax sends this with each answer; 0 is no error. */
const failedBase = (value: unknown): unknown =>
  isObject(value) && Number(value['status_code']) !== 0
    ? { code: value['status_code'], message: value['status_msg'] }
    : undefined
/** What the server behind a gateway said (OpenRouter). */
const behind = (metadata: unknown): unknown =>
  isObject(metadata) ? (metadata['raw'] ?? metadata['reasons']) : undefined

/** An error in the body of an answer of 200. Counts as 502 where it names no status of its own. */
export class ErrorWithin extends APIError {
  /** The status that it names, in words for operators. */
  readonly said: string
  constructor(error: Partial<ServerError>) {
    super(error.status ?? 502, error, undefined, new Headers())
    this.said = error.status === undefined ? '' : ` of ${error.status}`
  }
}

/** The answer that a server wrote and threw away, since it found it wanting (Groq): it hands it out with its error. */
export function failedText(error: APIError): string | undefined {
  const own: unknown = error.error
  return isObject(own) && typeof own['failed_generation'] === 'string' && own['failed_generation'] !== ''
    ? own['failed_generation']
    : undefined
}

/**
 * `code` and `type` that say more than the status: OpenAI, Azure, Anthropic, DeepSeek, Moonshot, DashScope, Ark, LiteLLM, GLM (its
 * numbers).
 */
const WORDS: Readonly<Record<string, FailureReason>> = {
  insufficient_quota: 'quota',
  credit_balance_exhausted: 'quota',
  organization_spend_limit_exceeded: 'quota',
  project_spend_limit_exceeded: 'quota',
  organization_usage_limit_exceeded: 'quota',
  exceeded_current_quota_error: 'quota',
  insufficient_balance: 'quota',
  arrearage: 'quota',
  accountoverdueerror: 'quota',
  budget_exceeded: 'quota',
  payment_required: 'quota',
  'allocationquota.freetieronly': 'quota',
  '1113': 'quota',
  content_filter: 'refused',
  content_policy_violation: 'refused',
  content_moderation: 'refused',
  moderation_blocked: 'refused',
  responsibleaipolicyviolation: 'refused',
  data_inspection_failed: 'refused',
  datainspectionfailed: 'refused',
  sensitivecontentdetected: 'refused',
  inputtextsensitivecontentdetected: 'refused',
  outputtextsensitivecontentdetected: 'refused',
  contentpolicyviolationerror: 'refused',
  sensitive: 'refused',
  blacklist: 'refused',
  '1301': 'refused',
  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
  too_many_requests: 'rate_limited',
  throttling: 'rate_limited',
  '1302': 'rate_limited',
  '1305': 'rate_limited',
  invalid_api_key: 'rejected',
  invalidapikey: 'rejected',
  unauthenticated: 'rejected',
  authentication_error: 'rejected',
  invalid_authentication_error: 'rejected',
  permission_denied: 'rejected',
  permission_error: 'rejected',
  model_not_found: 'rejected',
  modelnotfound: 'rejected',
  modelnotopen: 'rejected',
  deploymentnotfound: 'rejected',
  not_found_error: 'rejected',
  '1211': 'rejected',
  unsupported_country_region_territory: 'rejected',
  overloaded_error: 'server_error',
  engine_overloaded_error: 'server_error',
  server_error: 'server_error',
  internal_error: 'server_error',
  internal_server_error: 'server_error',
  api_error: 'server_error',
  timeout_error: 'server_error',
  unavailable: 'server_error',
  deadline_exceeded: 'server_error',
}

/** HTTP statuses by what they mean; 5xx is an outage, 3xx a wrong address, any other 4xx is about this one request. */
const STATUSES: Readonly<Record<number, FailureReason>> = {
  401: 'rejected',
  402: 'quota',
  403: 'rejected',
  404: 'rejected',
  405: 'rejected',
  408: 'server_error',
  409: 'server_error',
  410: 'rejected',
  425: 'server_error',
  429: 'rate_limited',
  // A country, or a court.
  451: 'rejected',
}

/** Where neither word nor status tells: DeepSeek's "Content Exists Risk" is a 400 like any other, some send everything as 400 or 200. */
const MESSAGES: readonly (readonly [RegExp, FailureReason, readonly (number | undefined)[]])[] = [
  [
    /content exists risk|content.?polic|moderat|data.?inspection|inappropriate content|sensitive (content|information|words?)|(input|output)[ _](new[ _])?sensitive|safety (system|filter|polic|check|setting)|responsible.?ai|usage polic|flagged|censor|guardrail|(prompt|response|content) (was )?blocked|(considered|of) high risk|敏感|不安全/,
    'refused',
    [400, 403, 422, 424, 451, 502],
  ],
  [/retry in \d/, 'rate_limited', [429]],
  [
    /insufficient (quota|balance|funds|credit)|(balance|credits?|funds?).{0,40}(insufficient|too low|depleted|exhausted|expired|used up)|exceeded your current quota|out of credit|used all (available|your) credit|overdue|in arrears|budget has been exceeded|недостаточно средств/,
    'quota',
    [400, 403, 429, 502],
  ],
  [/rate.?limit|too many requests|overloaded|high demand|at capacity/, 'rate_limited', [400, 403, 502]],
  [
    /(invalid|incorrect|wrong|missing|no|unknown|expired) (api.?key|(access|auth|bearer) token|credentials)|(api.?key|\btoken\b|credentials).{0,20}(invalid|not valid|missing|expired|incorrect)|unauthori[sz]ed|not authori[sz]ed|authenticat|login fail|folder id/,
    'rejected',
    [400, 422, 502],
  ],
  [
    /model.{0,80}(not (found|exist)|does not exist|unknown|not available)|(no such|unknown|unsupported|invalid) model/,
    'rejected',
    [400, 422, 502],
  ],
]

/** What is shown of a message is nothing; as much of it is looked at, since it may quote a whole prompt. */
const MAX_MESSAGE = 400

/** Of 4xx these words say nothing: Ollama calls a model that it has not an `api_error` too. */
const weak = (reason: FailureReason, status: number | undefined): boolean =>
  reason === 'server_error' && status !== undefined && status < 500 && status !== 429

/** What an error of a server means: first its words, then what its message is about, then its status. */
export function reasonOfError(error: APIError): FailureReason {
  const { status } = error as { status: number | undefined }
  const own: unknown = error.error
  const words = [error.code, error.type, ...(isObject(own) ? [own['code'], own['type']] : [])]
  for (const word of words.map((w) => text(w)?.toLowerCase())) {
    if (word !== undefined && Object.hasOwn(WORDS, word) && !weak(WORDS[word]!, status)) return WORDS[word]!
    if (word?.startsWith('billing_')) return 'quota'
  }
  if (status === undefined) return 'connection'
  const message = messageOf(error).slice(0, MAX_MESSAGE).toLowerCase()
  const meant = MESSAGES.find(([pattern, , statuses]) => statuses.includes(status) && pattern.test(message))
  if (meant) return meant[1]
  return STATUSES[status] ?? (status >= 500 ? 'server_error' : status < 400 ? 'rejected' : 'bad_request')
}

/** The server's own words. */
export function messageOf(error: APIError): string {
  const own: unknown = error.error
  return (isObject(own) ? text(own['message']) : text(own)) ?? error.message
}

/** Bodies of errors that are read; the rest of a longer one says nothing. */
const MAX_BODY = 64 * 1024

/** Answers with an error status in the one shape that the client library reads, whatever shape they came in. */
export const readableErrors =
  (fetcher: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await fetcher(input, init)
    if (response.status < 400) return response
    const body = (await response.text()).slice(0, MAX_BODY)
    const error = errorIn(parsed(body)) ?? { message: body }
    const { status, headers } = response
    return new Response(JSON.stringify({ error }), { status, headers: { ...Object.fromEntries(headers), ...AS_JSON } })
  }
const AS_JSON = { 'content-type': 'application/json' }

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
