import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  patched,
  setCurrentDetails,
  TimeoutFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import { searchAttribute } from '../contracts/search-attributes.ts'
import type { ErrorCode } from '../errors/errors.ts'

/** What a step failed with. */
const causeOf = (error: unknown): unknown => (error instanceof ActivityFailure ? error.cause : error)

/** Whose work it is, as operators read it. */
interface Described {
  readonly provider?: string
  readonly attempt?: number
}

/** What the Web UI shows of an execution beside its history: its stage, the provider that is asked first, the attempt. */
export function describe(stage: string, { provider, attempt }: Described): void {
  setCurrentDetails([stage, provider, `attempt ${attempt}`].filter(Boolean).join(' · '))
}

/**
 * The code that an operation ends with when a step gave up: the type that the activity gave its failure.
 * `cancelled` is no failure; the caller asks `isCancellation` first where that matters.
 */
export function errorCode(error: unknown): ErrorCode {
  if (isCancellation(error)) return 'operation.cancelled'
  const cause = causeOf(error)
  if (cause instanceof ApplicationFailure && cause.type?.includes('.')) return cause.type as ErrorCode
  // A step that no worker finished in its whole time.
  if (cause instanceof TimeoutFailure) return 'service.unavailable'
  return 'internal.error'
}

/**
 * Lets operators find an execution by where and why it failed. Here alone: an upsert is an action, and a success has none to spare.
 * Executions that began before there was this replay without it.
 */
export function failedAt(stage: string, code: ErrorCode, input: Described, error: unknown): void {
  if (!patched('failed-at')) return
  describe(`failed at ${stage}: ${code} (${String(causeOf(error))})`, input)
  upsertSearchAttributes([searchAttribute('ScenorStage', stage), searchAttribute('ScenorError', code)])
}

/**
 * Ends a step that was asked to stop and came to its end before it heard of it: those who were told that it is being cancelled must not
 * find it done. Executions of before went on to their end, and do so when they are replayed; the marker costs an event only where it
 * counts.
 */
export function stopIfCancelled(): void {
  if (!CancellationScope.current().consideredCancelled || !patched('stop-if-cancelled')) return
  throw new CancelledFailure('cancelled while the last step ended')
}
