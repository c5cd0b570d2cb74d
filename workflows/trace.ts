import { type Headers } from '@temporalio/common'
import { proxySinks, workflowInfo, type WorkflowInterceptorsFactory } from '@temporalio/workflow'
import { traceIn, traceOfRun, withTraceIn, type TraceSinks } from '../contracts/trace-header.ts'

const { traces } = proxySinks<TraceSinks>()

const TRACE_ID = [3, 35] as const

/** Hands the trace context of an execution on to its activities, children and log lines, and tells the worker of its end. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: string | null = null
  const traced = <I extends { readonly headers: Headers }>(input: I): I => ({
    ...input,
    headers: withTraceIn(input.headers, trace),
  })
  return {
    inbound: [
      {
        execute: async (input, next) => {
          const parent = traceIn(input.headers)
          const { runId, startTime } = workflowInfo()
          const traceparent = (trace = traceOfRun(parent, runId))
          const ended = (error: string | null) =>
            traces.ended({ traceparent, parent, started: startTime.getTime(), error })
          try {
            const result = await next(input)
            ended(null)
            return result
          } catch (error) {
            const { type, name } = error as { type?: unknown; name?: unknown }
            ended(String(type ?? name))
            throw error
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        getLogAttributes: (input, next) =>
          next(trace === null ? input : { ...input, trace_id: trace.slice(...TRACE_ID) }),
      },
    ],
  }
}
