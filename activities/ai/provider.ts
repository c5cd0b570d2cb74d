import type { ErrorCode } from '../../errors.ts'
import type { Message, Task } from './task.ts'

/** What a call used. Tokens as the provider counts them; `null` when it did not say. */
export interface Usage {
  readonly input_tokens: number | null
  readonly output_tokens: number | null
}

export interface Answered<T> {
  readonly value: T
  readonly usage: Usage
  readonly provider: string
  /** The model that answered, which may differ from the one asked for. */
  readonly model: string
  readonly is_demo: boolean
}

/** What is known of a call before it goes out. */
export interface CallStart {
  readonly provider: string
  readonly model: string
  readonly endpoint: string
  readonly rung: string
  readonly prompt: { readonly name: string; readonly version: number; readonly hash: string }
  readonly messages: readonly Message[]
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What is known of it afterwards. */
export interface CallEnd {
  readonly model: string
  /** `stop`, or why it failed. */
  readonly outcome: 'stop' | 'cancelled' | FailureReason
  readonly note: string | null
  readonly usage: Usage
  readonly text: string
  readonly first_token_ms: number | null
  readonly duration_ms: number
}

export interface Listening {
  /** Aborts down to the socket. */
  readonly signal: AbortSignal
  /** Called with each piece of the answer. */
  readonly onText?: (piece: string) => void
  /** Called before the request goes out: one that is never answered was perhaps paid for. Its result is called once, with the end. */
  readonly onCall?: (start: CallStart) => Promise<(end: CallEnd) => Promise<void>>
}

/** The port to those who write. One `ask` is one paid request at most: whoever implements it never repeats one by itself. */
export interface ScriptProvider {
  readonly name: string
  readonly model: string
  readonly is_demo: boolean
  /** @throws ProviderFailure, and the signal's reason when aborted */
  ask<T>(task: Task<T>, listening: Listening): Promise<Answered<T>>
}

/** Why a call failed, finer than the code that clients see: for logs, metrics and the circuit breaker. */
export type FailureReason =
  | 'connection'
  | 'timeout'
  | 'server_error'
  | 'rate_limited'
  | 'quota'
  | 'rejected'
  | 'refused'
  | 'truncated'
  | 'empty'
  | 'malformed'
  | 'invalid'

export interface FailureDetails {
  readonly reason: FailureReason
  readonly retryable: boolean
  readonly attempts?: number | undefined
  readonly retryAfterMs?: number | undefined
}

/** A provider's error, classified once. Only Temporal retries. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure'
  /** What the operation will carry if this is the end of it. */
  readonly code: Extract<ErrorCode, `ai.${string}`>
  readonly reason: FailureReason
  /** `false`: the same request will fail again. */
  readonly retryable: boolean
  /**
   * How many attempts in all make sense for a retryable failure, `undefined` for "until the operation gives up": an outage
   * costs nothing to wait out, while each answer that cannot be used is paid for.
   */
  readonly attempts: number | undefined
  /** Milliseconds the provider asked us to wait (`Retry-After`), 0 to 120,000, if it did. */
  readonly retryAfterMs: number | undefined

  /**
   * No `cause`: the original's message may quote the prompt, and causes travel into histories and logs.
   * @param message for operators; never contains the brief, the answer, a key or a URL's userinfo
   */
  constructor(code: Extract<ErrorCode, `ai.${string}`>, message: string, details: FailureDetails) {
    super(message)
    this.code = code
    this.reason = details.reason
    this.retryable = details.retryable
    this.attempts = details.attempts
    this.retryAfterMs = details.retryAfterMs
  }

  /** Whether attempt number `attempt` (from 1) that ended in this failure was the last one that makes sense. */
  isFinal(attempt: number): boolean {
    return !this.retryable || (this.attempts !== undefined && attempt >= this.attempts)
  }
}

/** Nothing is known of what a call used. */
export const NO_USAGE: Usage = { input_tokens: null, output_tokens: null }
