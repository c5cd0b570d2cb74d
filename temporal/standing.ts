import type { Client } from '@temporalio/client'
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js'
import proto from '@temporalio/proto'
import { temporalFault } from './faults.ts'

const { WorkflowExecutionStatus, WorkflowTaskFailedCause, PendingActivityState } = proto.temporal.api.enums.v1
type Describe = proto.temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse
type Failure = proto.temporal.api.failure.v1.IFailure
type Time = proto.google.protobuf.ITimestamp

/**
 * How the newest execution of an open operation stands.
 * - `task_fails`: its code throws, diverges or is not there; the server tries again and again, and nothing moves
 * - `waits_for_worker`: nobody takes its work
 * - `retries`: a step failed and is tried again, which is what a step does while a provider is away
 * - `gone`, `ended`: there is none, or it has an end that its operation does not know
 */
export interface Standing {
  readonly state: 'runs' | 'retries' | 'task_fails' | 'waits_for_worker' | 'ended' | 'gone'
  /** Nothing will move it by itself. */
  readonly stuck: boolean
  readonly run_id: string | null
  /** In words for an operator, of nobody's texts. */
  readonly reason: string
}

/** A worker that dies at its work costs a task an attempt or two; three in a row are a fault of the code. */
const TASK_FAILS_FROM = 3
const NO_WORKER_AFTER_MS = 60_000
/** Failures are near the end: a task that fails again is no event of its own. */
const LAST_EVENTS = 50

type Server = Pick<Client, 'workflowService' | 'options'>

/** @param client its payload keys are needed for the reasons only @throws Error when Temporal is away */
export async function standingOf(client: Server, workflowId: string): Promise<Standing> {
  const execution = { workflowId }
  let described: Describe
  try {
    described = await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution,
    })
  } catch (error) {
    if (temporalFault(error) !== 'execution_missing') throw error
    return { state: 'gone', stuck: true, run_id: null, reason: 'Temporal has no execution of it' }
  }
  const { workflowExecutionInfo: info, pendingWorkflowTask: task, pendingActivities } = described
  const run_id = info?.execution?.runId ?? null
  const standing = (state: Standing['state'], stuck: boolean, reason: string): Standing => ({
    state,
    stuck,
    run_id,
    reason,
  })
  const status = info?.status ?? WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
  if (status !== WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
    return standing(
      'ended',
      true,
      `its execution is ${word(WorkflowExecutionStatus[status])} and the operation does not know`,
    )
  const attempt = task?.attempt ?? 0
  if (attempt >= TASK_FAILS_FROM)
    return standing(
      'task_fails',
      true,
      `workflow task failed ${attempt - 1} times: ${await lastTaskFailure(client, workflowId, run_id)}`,
    )
  if (task && !task.startedTime && since(task.scheduledTime) > NO_WORKER_AFTER_MS)
    return standing(
      'waits_for_worker',
      true,
      `no worker has taken its workflow task for ${seconds(task.scheduledTime)} s`,
    )
  for (const activity of pendingActivities ?? []) {
    const name = activity.activityType?.name ?? ''
    const waits = activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    if (activity.lastFailure)
      return standing(
        'retries',
        false,
        `${name}, attempt ${activity.attempt ?? 0}: ${await reasonOf(client, activity.lastFailure)}`,
      )
    if (waits && since(activity.scheduledTime) > NO_WORKER_AFTER_MS)
      return standing('waits_for_worker', true, `no worker has taken ${name} for ${seconds(activity.scheduledTime)} s`)
  }
  return standing('runs', false, (pendingActivities ?? []).map((a) => a.activityType?.name).join(', '))
}

const word = (constant = '') => constant.replace(/^.*_STATUS_/, '').toLowerCase()
const millis = (time: Time | null | undefined) => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6
const since = (time: Time | null | undefined): number => (time ? Date.now() - millis(time) : 0)
const seconds = (time: Time | null | undefined): number => Math.round(since(time) / 1000)

/** What the newest of its tasks failed with. */
async function lastTaskFailure(client: Server, workflowId: string, runId: string | null): Promise<string> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, ...(runId !== null && { runId }) },
    maximumPageSize: LAST_EVENTS,
  })
  const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes)
  const attributes = failed?.workflowTaskFailedEventAttributes
  if (!attributes) return 'its worker did not answer in time'
  const cause = (WorkflowTaskFailedCause[attributes.cause ?? 0] ?? '')
    .replace('WORKFLOW_TASK_FAILED_CAUSE_', '')
    .toLowerCase()
  const said = attributes.failure ? await reasonOf(client, attributes.failure) : ''
  return said === '' ? cause : `${cause}: ${said}`
}

/** The message of a failure, which is encrypted as payloads are. */
async function reasonOf({ options }: Server, failure: Failure): Promise<string> {
  const known = await decodeOptionalFailureToOptionalError(options.loadedDataConverter, failure).catch(() => undefined)
  return (known?.message ?? failure.message ?? '').split('\n')[0]?.slice(0, 300) ?? ''
}
