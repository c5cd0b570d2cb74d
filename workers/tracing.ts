import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker'
import { traceIn, type TraceSinks } from '../contracts/trace-header.ts'
import { inStep, recordSpan } from '../telemetry/spans.ts'
import { traceIdOf } from '../telemetry/trace.ts'

/** An activity is a step of its execution: so are the events that it writes, and its log lines say of what. */
export const traceActivities: ActivityInterceptorsFactory = ({ info }) => {
  const { activityType, activityId, attempt, workflowExecution, workflowType, isLocal } = info
  const run_id = workflowExecution?.runId
  let trace_id: string | undefined
  return {
    // The SDK's own lines on it, which it writes from outside.
    outbound: { getLogAttributes: (input, next) => next({ ...input, run_id, trace_id }) },
    inbound: {
      execute: (input, next) => {
        const parent = traceIn(input.headers)
        trace_id = parent === null ? undefined : traceIdOf(parent)
        return inStep(
          {
            name: `RunActivity:${activityType}`,
            parent,
            attributes: () => ({
              'workflow.id': workflowExecution?.workflowId,
              'workflow.run_id': run_id,
              'activity.id': activityId,
              'activity.attempt': attempt,
              'activity.is_local': isLocal,
            }),
            fields: {
              workflow_id: workflowExecution?.workflowId,
              run_id,
              workflow_type: workflowType,
              activity_type: activityType,
              activity_id: activityId,
              attempt,
            },
          },
          () => next(input),
        )
      },
    },
  }
}

/** Where workflows tell of their end. Not during a replay: it was told then. */
export const traceSinks: InjectedSinks<TraceSinks> = {
  traces: {
    ended: {
      callDuringReplay: false,
      fn: ({ workflowId, runId, workflowType, taskQueue }, { traceparent, parent, started, error }) =>
        recordSpan(
          traceparent,
          parent,
          {
            name: `RunWorkflow:${workflowType}`,
            attributes: () => ({
              'workflow.id': workflowId,
              'workflow.run_id': runId,
              'workflow.type': workflowType,
              'workflow.task_queue': taskQueue,
            }),
          },
          { start: started, error },
        ),
    },
  },
}
