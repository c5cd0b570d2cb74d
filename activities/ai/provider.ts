import type { ErrorCode } from '../../errors.ts'
import type { GenerationRequest, ScriptDraft } from '../../script/script.ts'

/** What a call cost. Tokens as the provider counts them; `null` when it did not say. */
export interface Usage {
  readonly input_tokens: number | null
  readonly output_tokens: number | null
}

export interface WrittenScript {
  readonly draft: ScriptDraft
  readonly usage: Usage
  /** The model that answered, which may differ from the one asked for. */
  readonly model: string
}

/** The port to those who write scripts. One call is one paid request: whoever implements it never repeats it by itself. */
export interface ScriptProvider {
  readonly name: string
  readonly model: string
  readonly is_demo: boolean
  /**
   * @param signal aborts down to the socket
   * @throws ProviderFailure, and the signal's reason when aborted
   */
  write(request: GenerationRequest, signal: AbortSignal): Promise<WrittenScript>
}

/** A provider's error, classified once. Only Temporal retries. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure'
  /** What the operation will carry if this is the end of it. */
  readonly code: Extract<ErrorCode, `ai.${string}`>
  /** `false`: the same request will fail again. */
  readonly retryable: boolean
  /** Milliseconds the provider asked us to wait (`Retry-After`), if it did. */
  readonly retryAfterMs: number | undefined

  /** @param message for operators; never contains the brief, the answer, a key or a URL's userinfo */
  constructor(code: Extract<ErrorCode, `ai.${string}`>, message: string, retry: { retryable: boolean; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, retry.cause === undefined ? undefined : { cause: retry.cause })
    this.code = code
    this.retryable = retry.retryable
    this.retryAfterMs = retry.retryAfterMs
  }
}
