import { taskQueue } from '../contracts/queues.ts'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { Client, WorkflowStartOptions } from '@temporalio/client'
import { searchAttribute } from '../contracts/search-attributes.ts'
import type { OperationRow } from '../db/operations/schema.ts'
import { withTrace } from '../telemetry/trace.ts'
import type { Service } from '../services.ts'
import { findExecution } from './executions.ts'

/** What of an operation's row starts its workflow. */
export type OperationStart = Pick<
  OperationRow,
  'id' | 'kind' | 'owner_id' | 'request_id' | 'traceparent' | 'attempt' | 'workflow' | 'input' | 'summary'
>

/** The search attributes of every execution that is somebody's: by the owner's they are found when that person is erased. */
export const ownedBy = (kind: string, ownerId: string) => [
  searchAttribute('ScenorKind', kind),
  searchAttribute('ScenorOwner', ownerId),
]

/** Given at the start, where they cost no action; what is known later is upserted by workflows that fail, and by no others. */
const attributesOf = ({ kind, owner_id, input }: OperationStart) => {
  const provider = (input as { provider?: unknown } | null)?.provider
  const own = ownedBy(kind, owner_id)
  return typeof provider === 'string' ? [...own, searchAttribute('ScenorProvider', provider)] : own
}

/**
 * Starts the workflow of an accepted operation; its id is the operation's. The first attempt is started once: Temporal refuses a second
 * start, whatever became of the first. A later one is started over whatever closed before it, once it is known that what is there was
 * started for an attempt before. Of two starters at once the later may find the attempt closed already and start it again; what it does
 * then changes nothing, since the row says that the attempt has ended.
 * @param deadlineMs how long the Temporal server may take
 * @throws Error when Temporal is away, or the attempt before has not closed yet: the relay comes back to it
 */
export async function startOperation(
  client: Client,
  service: Service,
  suffix: string,
  start: OperationStart,
  deadlineMs: number,
): Promise<void> {
  await client.withDeadline(Date.now() + deadlineMs, async () => {
    const first = start.attempt === 1
    if (!first && (await isStarted(client, start))) return
    try {
      await withTrace(start.traceparent, () =>
        client.workflow.start(start.workflow, {
          workflowId: start.id,
          taskQueue: taskQueue(service, suffix),
          args: [{ ...(start.input as object), attempt: start.attempt }],
          workflowIdReusePolicy: first ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          memo: { request_id: start.request_id, attempt: start.attempt },
          staticSummary: start.summary,
          typedSearchAttributes: attributesOf(start),
        }),
      )
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      if (!first && !(await isStarted(client, start))) throw error
    }
  })
}

const isStarted = async (client: Client, { id, attempt }: OperationStart): Promise<boolean> =>
  ((await findExecution(client, id))?.attempt ?? 0) >= attempt

/** Starts a workflow whose id says what it is for. One that was started before, finished or not, is not started again. */
export async function startOnce(
  client: Client,
  workflow: string,
  options: Omit<WorkflowStartOptions, 'workflowIdReusePolicy' | 'workflowIdConflictPolicy'>,
): Promise<void> {
  try {
    await client.workflow.start(workflow, {
      ...options,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
