import { APIConnectionTimeoutError, APIError } from 'openai'
import type { ErrorCode } from '../../errors.ts'
import { DraftError } from '../../script/draft.ts'
import { ProviderFailure, type FailureReason } from './provider.ts'

interface Policy {
  readonly code: Extract<ErrorCode, `ai.${string}`>
  readonly retryable: boolean
  /** Attempts in all; none given: as long as the operation lasts. */
  readonly attempts?: number
}

/** What becomes of a failed call. The one place that decides it. */
export const POLICIES: Readonly<Record<FailureReason, Policy>> = {
  connection: { code: 'ai.provider_unavailable', retryable: true },
  server_error: { code: 'ai.provider_unavailable', retryable: true },
  rate_limited: { code: 'ai.provider_unavailable', retryable: true },
  timeout: { code: 'ai.timeout', retryable: true },
  quota: { code: 'ai.quota', retryable: false },
  rejected: { code: 'ai.provider_rejected', retryable: false },
  refused: { code: 'ai.refused', retryable: false },
  truncated: { code: 'ai.output_invalid', retryable: true, attempts: 2 },
  empty: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
  malformed: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
  invalid: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
}

/** HTTP statuses by what they mean; 5xx is `server_error`, any other is `rejected`: our request or our key. */
const STATUSES: Readonly<Record<number, FailureReason>> = {
  402: 'quota',
  408: 'server_error',
  409: 'server_error',
  425: 'server_error',
  429: 'rate_limited',
}

/** `error.code` and `error.type` that say more than the status (OpenAI's list of error codes, Azure, Moonshot). */
const CODES: Readonly<Record<string, FailureReason>> = {
  insufficient_quota: 'quota',
  credit_balance_exhausted: 'quota',
  organization_spend_limit_exceeded: 'quota',
  project_spend_limit_exceeded: 'quota',
  organization_usage_limit_exceeded: 'quota',
  exceeded_current_quota_error: 'quota',
  content_filter: 'refused',
  content_policy_violation: 'refused',
}

/** The longest wait that a provider may ask for: longer ones would outlast the patience of the operation. */
const LONGEST_WAIT_MS = 120_000

/** Our own time limit for a whole call has passed, headers or not. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout'
}

/** An answer came, and it is no script. Thrown by the reader of answers; `note` never holds text of the answer. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly reason: FailureReason
  constructor(
    reason: Extract<FailureReason, 'refused' | 'truncated' | 'empty' | 'malformed' | 'invalid'>,
    note: string,
  ) {
    super(note)
    this.reason = reason
  }
}

/**
 * What a provider asked us to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date (RFC 9110 §10.2.3).
 * @returns milliseconds within 0 to 120,000; `undefined` without a readable header
 */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | undefined {
  const clamp = (ms: number) =>
    Number.isFinite(ms) ? Math.min(Math.max(Math.round(ms), 0), LONGEST_WAIT_MS) : undefined
  const ms = headers?.get('retry-after-ms')?.trim()
  if (ms && /^-?\d+(\.\d+)?$/.test(ms)) return clamp(Number(ms))
  const after = headers?.get('retry-after')?.trim()
  if (!after) return undefined
  return /^-?\d+(\.\d+)?$/.test(after) ? clamp(Number(after) * 1_000) : clamp(Date.parse(after) - now)
}

/** A code or type as providers write them; anything else (a sentence, a key, an echo of the prompt) is left out. */
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z][a-z_.]{1,62}$/i.test(value) ? value.toLowerCase() : undefined

const requestIdOf = (error: APIError): string | undefined => {
  const id: unknown = error.requestID
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) && !id.startsWith('sk-') ? id : undefined
}

function reasonOf(status: number | undefined, words: readonly (string | undefined)[]): FailureReason {
  for (const name of words) {
    if (name && Object.hasOwn(CODES, name)) return CODES[name]!
    if (name?.startsWith('billing_')) return 'quota'
  }
  if (status === undefined) return 'connection'
  return STATUSES[status] ?? (status >= 500 ? 'server_error' : 'rejected')
}

/**
 * Any error of a provider's call as the one failure that the rest of the system knows. Only status, type, code and request
 * id of the provider go into the message: its own words may quote the prompt or the key.
 * An abort by the caller is no failure of the provider: throw the signal's reason before asking this.
 */
export function classify(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  // The client calls a connection that could not be made in time (ETIMEDOUT) a timeout as well; its system code tells.
  if (error instanceof CallTimeout || (error instanceof APIConnectionTimeoutError && !systemCode(error)))
    return failure('timeout', (error instanceof CallTimeout && error.message) || 'no complete answer in time')
  if (error instanceof AnswerError) return failure(error.reason, error.message)
  if (error instanceof DraftError) return failure('invalid', error.message)
  if (error instanceof SyntaxError) return failure('malformed', 'the body is not JSON')
  if (error instanceof APIError) {
    const words = [word(error.code), word(error.type)]
    const { status } = error as { status: number | undefined }
    const facts = [status && `HTTP ${status}`, ...new Set(words), requestIdOf(error) && `request ${requestIdOf(error)}`]
    const text = facts.filter(Boolean).join(', ') || `no connection${systemCode(error)}`
    return failure(reasonOf(status, words), text, retryAfter(error.headers))
  }
  return failure('connection', `the connection broke${systemCode(error)}`)
}

const failure = (reason: FailureReason, text: string, retryAfterMs?: number): ProviderFailure => {
  const { code, retryable, attempts } = POLICIES[reason]
  return new ProviderFailure(code, `${reason}: ${text}`.slice(0, 300), {
    reason,
    retryable,
    attempts,
    retryAfterMs: retryable ? retryAfterMs : undefined,
  })
}

/** `ECONNREFUSED` and its like, from the error or what caused it. */
function systemCode(error: unknown): string {
  let cause = error
  for (let depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    const { code, cause: next } = cause as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && /^E[A-Z0-9_]{1,40}$|^(?:CERT|DEPTH|SELF|UNABLE|HPE)_[A-Z0-9_]{1,40}$/.test(code))
      return `, ${code}`
    cause = next
  }
  return ''
}
