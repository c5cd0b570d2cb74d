import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'

const { WorkflowExecutionStatus: Status } = proto.temporal.api.enums.v1

const DEADLINE_MS = 10_000
/** More than an operation ever has: each is a person's or an operator's retry. */
const MAX_EXECUTIONS = 20

/** An execution that Temporal has. Times are ISO 8601. */
export interface ExecutionSummary {
  readonly workflow_id: string
  readonly run_id: string
  readonly status: string
  readonly started_at: string
  readonly closed_at: string | null
}

/** Every execution with that workflow id, the first one first. The newest is there also where the list is late. */
export async function listExecutions(temporal: Client, workflowId: string): Promise<ExecutionSummary[]> {
  const { namespace } = temporal.options
  return temporal.withDeadline(Date.now() + DEADLINE_MS, async () => {
    const [{ workflowExecutionInfo: newest }, { executions }] = await Promise.all([
      temporal.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
      temporal.workflowService.listWorkflowExecutions({
        namespace,
        pageSize: MAX_EXECUTIONS,
        query: `WorkflowId = "${workflowId.replaceAll('"', '')}"`,
      }),
    ])
    const all = [...(executions ?? []).filter((e) => e.execution?.runId !== newest?.execution?.runId), newest ?? {}]
    return all.map(summaryOf).toSorted((a, b) => a.started_at.localeCompare(b.started_at))
  })
}

const iso = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): string =>
  new Date(Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6).toISOString()

const summaryOf = (info: proto.temporal.api.workflow.v1.IWorkflowExecutionInfo): ExecutionSummary => ({
  workflow_id: info.execution?.workflowId ?? '',
  run_id: info.execution?.runId ?? '',
  status: (Status[info.status ?? 0] ?? '').replace('WORKFLOW_EXECUTION_STATUS_', '').toLowerCase(),
  started_at: iso(info.startTime),
  closed_at: info.closeTime ? iso(info.closeTime) : null,
})
