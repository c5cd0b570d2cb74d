import { defaultPayloadConverter, type Headers } from '@temporalio/common'
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow'

/** Header of executions and activities with the W3C trace context of the request that caused them. It is an id, and not encrypted. */
const TRACE_HEADER = 'traceparent'

export const traceIn = (headers: Headers): string | null => {
  const payload = headers[TRACE_HEADER]
  const value: unknown = payload && defaultPayloadConverter.fromPayload(payload)
  return typeof value === 'string' ? value : null
}

export const withTraceIn = (headers: Headers, traceparent: string | null): Headers =>
  traceparent === null ? headers : { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent) }

/** Hands the trace context of an execution on to its activities and children. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: string | null = null
  const traced = <I extends { readonly headers: Headers }>(input: I): I => ({
    ...input,
    headers: withTraceIn(input.headers, trace),
  })
  return {
    inbound: [
      {
        execute: (input, next) => {
          trace = traceIn(input.headers)
          return next(input)
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
      },
    ],
  }
}
