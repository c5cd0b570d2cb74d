import { type Headers, defaultPayloadConverter } from '@temporalio/common'

/** Header of executions and activities with the W3C trace context of the request that caused them. It is an id, and not encrypted. */
const TRACE_HEADER = 'traceparent'
export const traceIn = (headers: Headers): string | null => {
  const payload = headers[TRACE_HEADER]
  const value: unknown = payload && defaultPayloadConverter.fromPayload(payload)
  return typeof value === 'string' ? value : null
}

export const withTraceIn = (headers: Headers, traceparent: string | null): Headers =>
  traceparent === null ? headers : { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent) }

/**
 * The span of an execution, of what stands in its history alone, so that a replay has the same: the step that started it, with the end of
 * the run's id as the span. What nobody's request started (a schedule) is a trace of its own, with the id of the run.
 */
export function traceOfRun(parent: string | null, runId: string): string {
  const digits = runId.replaceAll('-', '')
  const span = digits.slice(-16)
  return parent === null ? `00-${digits}-${span}-01` : `${parent.slice(0, 36)}${span}${parent.slice(52)}`
}

/** An execution that has ended, as its workflow tells the worker. */
interface EndedRun {
  readonly traceparent: string
  readonly parent: string | null
  /** Milliseconds since 1970. */
  readonly started: number
  /** Type or name of what it failed with. */
  readonly error: string | null
}

/** What workflows tell their worker, beside their history. */
export type TraceSinks = { traces: { ended(run: EndedRun): void } }
