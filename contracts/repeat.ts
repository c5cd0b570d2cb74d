import type { ErrorCode } from '../errors/errors.ts'

/** Asks a model again what it was asked before: nothing of it is stored, the record of the operation stays as it is. */
export const REPEAT = 'repeat'

export interface RepeatInput {
  /** Whose call it was. */
  readonly operation_id: string
  readonly call_id: string
  /** One of the installation's, or `demo`. */
  readonly provider: string
  /** Milliseconds that it may take. */
  readonly limit_ms: number
}

/** How it went: the answer, or the code of the failure. */
export interface Repeated {
  readonly provider: string
  readonly model: string
  readonly error_code: ErrorCode | null
  readonly note: string | null
  /** Null: the provider did not say. */
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  /** Millionths. */
  readonly cost_micros: number
  readonly duration_ms: number
  readonly answer: unknown
  /** Where it parts from the recorded answer; null: there is none to compare with. */
  readonly differences: readonly { readonly path: string; readonly was: string; readonly is: string }[] | null
}
