import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow'
import type { ErrorCode } from '../errors.ts'

/**
 * The code that an operation ends with when a step gave up: the type that the activity gave its failure.
 * `cancelled` is no failure; the caller asks `isCancellation` first where that matters.
 */
export function errorCode(error: unknown): ErrorCode {
  if (isCancellation(error)) return 'operation.cancelled'
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof ApplicationFailure && cause.type?.includes('.')) return cause.type as ErrorCode
  // A step that no worker finished in its whole time.
  if (cause instanceof TimeoutFailure) return 'service.unavailable'
  return 'internal.error'
}
