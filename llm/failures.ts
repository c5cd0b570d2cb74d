import { APIConnectionTimeoutError, APIError } from 'openai/error'
import type { ErrorCode } from '../errors/errors.ts'
import { DraftError } from '../script/draft.ts'
import { ErrorWithin, reasonOfError } from './provider-errors.ts'
import { ProviderFailure, type FailureReason } from './provider.ts'
import { retryAfter } from '../network/retry-after.ts'

interface Policy {
  readonly code: Extract<ErrorCode, `ai.${string}`>
  readonly retryable: boolean
  /** Answers in all that are of no use; an attempt of another kind counts when something of it was received. */
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
  bad_request: { code: 'ai.provider_rejected', retryable: false },
  refused: { code: 'ai.refused', retryable: false },
  truncated: { code: 'ai.output_invalid', retryable: true, attempts: 2 },
  empty: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
  malformed: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
  invalid: { code: 'ai.output_invalid', retryable: true, attempts: 3 },
}

/** Our own time limit for a whole call has passed, headers or not. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout'
}

/** A page for people where an API was expected: the address is wrong, or something stands before it. */
export class NotAnApi extends Error {
  override readonly name = 'NotAnApi'
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

/** A code or type as providers write them; anything else (a sentence, a key, an echo of the prompt) is left out. */
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z][a-z_.]{1,62}$/i.test(value) ? value.toLowerCase() : undefined

const requestIdOf = (error: APIError): string | undefined => {
  const id: unknown = error.requestID
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) && !id.startsWith('sk-') ? id : undefined
}

/**
 * Any error of a provider's call as the one failure that the rest of the system knows. Only status, type, code and request
 * id of the provider go into the message: its own words may quote the prompt or the key.
 * An abort by the caller is no failure of the provider: throw the signal's reason before asking this.
 * @param received whether anything of an answer came before it: then it has to be paid for
 */
export function classify(error: unknown, received = false): ProviderFailure {
  const failure = classified(error)
  const counts = received || POLICIES[failure.reason].attempts !== undefined
  return counts && failure.spent === 0 ? failure.withSpent(1) : failure
}

function classified(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  // The client calls a connection that could not be made in time (ETIMEDOUT) a timeout as well; its system code tells.
  if (error instanceof CallTimeout || (error instanceof APIConnectionTimeoutError && !systemCode(error)))
    return failure('timeout', (error instanceof CallTimeout && error.message) || 'no complete answer in time')
  if (error instanceof AnswerError) return failure(error.reason, error.message)
  if (error instanceof DraftError) return failure('invalid', error.message)
  if (error instanceof SyntaxError) return failure('malformed', 'the body is not JSON')
  if (error instanceof NotAnApi) return failure('rejected', 'a page of HTML, no API: the base URL is wrong')
  const distrust = /CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ALTNAME/.exec(systemCode(error))
  if (distrust)
    return failure(
      'rejected',
      `its certificate is not trusted${systemCode(error)}: give its authority in NODE_EXTRA_CA_CERTS`,
    )
  if (error instanceof APIError) {
    const words = [word(error.code), word(error.type)]
    const { status } = error as { status: number | undefined }
    const sent = error instanceof ErrorWithin ? `HTTP 200 with an error${error.said}` : status && `HTTP ${status}`
    const facts = [sent, ...new Set(words), requestIdOf(error) && `request ${requestIdOf(error)}`]
    const text = facts.filter(Boolean).join(', ') || `no connection${systemCode(error)}`
    return failure(reasonOfError(error), text, retryAfter(error.headers))
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
    if (typeof code === 'string' && /^E[A-Z0-9_]{1,40}$|^(?:CERT|DEPTH|SELF|UNABLE|HPE)_[A-Z0-9_]{1,50}$/.test(code))
      return `, ${code}`
    cause = next
  }
  return ''
}
