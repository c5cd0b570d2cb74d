import type { ErrorCode } from '../errors/errors.ts'
import type { Message, Task } from './task.ts'

/** What a call used. Tokens as the provider counts them; `null` when it did not say. */
export interface Usage {
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  /** Of the input, what the provider had in its cache; of the output, what the model thought. Where the provider says so. */
  readonly cached_tokens?: number
  readonly thinking_tokens?: number
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
  readonly output_mode: string
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
  /** Characters that the model thought aloud. */
  readonly thinking: number
  /** Whether anything of an answer came. */
  readonly answered: boolean
  readonly first_token_ms: number | null
  readonly duration_ms: number
}

/** A call as it is written down. */
export interface CallRecord {
  /** The server keeps the answer under this id, whatever becomes of the connection and of this process. */
  kept(responseId: string): Promise<void>
  /** Called once. Not at all while the server keeps an answer that could not be read yet: whoever comes next reads it. */
  end(end: CallEnd): Promise<void>
}

/** A call without an end, whose answer its server keeps: it is read, not paid for again. */
export interface KeptCall {
  readonly provider: string
  readonly responseId: string
  readonly record: CallRecord
}

/** Why a call is given up for good: nobody will read what the server may keep of it. */
export class EndWanted extends Error {
  override readonly name = 'EndWanted'
}

export interface CallOptions {
  /** Aborts down to the socket; with `EndWanted`, what the server would still write is cancelled too. */
  readonly signal: AbortSignal
  /** Called with each piece of the answer. */
  readonly onText?: (piece: string) => void
  /** What was shown so far belongs to an answer that will not come; another one begins. */
  readonly onReset?: () => void
  /** How many attempts that have to be paid for may fail before all of them give up; default: any number. */
  readonly maxSpent?: number
  /** Called before the request goes out: one that is never answered was perhaps paid for. */
  readonly onCall?: (start: CallStart) => Promise<CallRecord>
  /** An earlier call for the same answer. */
  readonly kept?: KeptCall | undefined
}

/** The port to those who write. One `ask` is one paid request at most: an implementation never repeats one by itself. */
export interface ScriptProvider {
  readonly name: string
  readonly model: string
  readonly is_demo: boolean
  /** @throws ProviderFailure, and the signal's reason when aborted */
  ask<T>(task: Task<T>, options: CallOptions): Promise<Answered<T>>
}

/** Why a call failed, finer than the code that clients see: for logs, metrics and the circuit breaker. */
export type FailureReason =
  | 'connection'
  | 'timeout'
  | 'server_error'
  | 'rate_limited'
  | 'quota'
  | 'rejected'
  | 'bad_request'
  | 'refused'
  | 'truncated'
  | 'empty'
  | 'malformed'
  | 'invalid'

export interface FailureDetails {
  readonly reason: FailureReason
  readonly retryable: boolean
  readonly attempts?: number | undefined
  readonly spent?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly kept?: boolean | undefined
}

/** A provider's error, classified once. Only Temporal retries. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure'
  /** What the operation will carry if this is the end of it. */
  readonly code: Extract<ErrorCode, `ai.${string}`>
  readonly reason: FailureReason
  /** `false`: the same request will fail again. */
  readonly retryable: boolean
  /** How many attempts that count make sense in all. */
  readonly attempts: number
  /**
   * Attempts that count in this failure: those of which something was received, or that could not be used. They are paid for, whatever
   * they failed by; an outage costs nothing to wait out.
   */
  readonly spent: number
  /** Milliseconds the provider asked us to wait (`Retry-After`), 0 to 120,000, if it did. */
  readonly retryAfterMs: number | undefined
  /** The server writes on and keeps the answer: to ask another one would pay for it twice. */
  readonly kept: boolean

  /**
   * No `cause`: the original's message may quote the prompt, and causes travel into histories and logs.
   * @param message for operators; never contains the brief, the answer, a key or a URL's userinfo
   */
  constructor(code: Extract<ErrorCode, `ai.${string}`>, message: string, details: FailureDetails) {
    super(message)
    this.code = code
    this.reason = details.reason
    this.retryable = details.retryable
    this.attempts = details.attempts ?? MAX_SPENT
    this.spent = details.spent ?? 0
    this.retryAfterMs = details.retryAfterMs
    this.kept = details.kept ?? false
  }

  /** @param spent attempts of the operation that count, this failure's included */
  isFinal(spent: number): boolean {
    return !this.retryable || (this.spent > 0 && spent >= this.attempts)
  }

  /** The same failure, standing for so many attempts that count. */
  withSpent(spent: number): ProviderFailure {
    return this.#with({ spent })
  }

  /** The same failure of a call whose answer can be read yet: nothing of it was spent in vain. */
  withKept(): ProviderFailure {
    return this.#with({ spent: 0, kept: true })
  }

  #with(changed: Partial<FailureDetails>): ProviderFailure {
    const { code, message, reason, retryable, attempts, spent, retryAfterMs, kept } = this
    const details = { reason, retryable, attempts, spent, retryAfterMs, kept, ...changed }
    return new ProviderFailure(code, message, details)
  }
}

/**
 * Paid attempts that may fail in one operation before it ends with the code of the last: two of them and a good one are three whole
 * answers.
 */
export const MAX_SPENT = 3
