import { type AppError, errorTitle, type ErrorCode } from '../../errors/errors.ts'
import { type Language } from '../../language.ts'
import { reasonText } from '../../errors/reasons.ts'

/** RFC 9457, as every refusal of this API looks. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly request_id: string
  /** Who failed: this API, the operation that was waited for, or (in problems that are not ours) the gateway before it. */
  readonly source: 'api' | 'operation' | 'gateway'
  /** `path` is a JSON Pointer (RFC 6901) to the wrong field. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

export function problemOf(error: AppError, language: Language, requestId: string): Problem {
  const title = errorTitle(error.code, language)
  return {
    type: `urn:scenor:problem:${error.code}`,
    title,
    status: error.status,
    detail: error.details.detail ?? title,
    code: error.code,
    request_id: requestId,
    source: error.details.source ?? 'api',
    ...(error.details.errors && {
      errors: error.details.errors.map(({ path, reason }) => ({ path, message: reasonText(reason, language) })),
    }),
  }
}
