import { WorkflowNotFoundError, type Client, type WorkflowExecutionStatusName } from '@temporalio/client'
import type { Attempt } from '../contracts/attempt.ts'

/** The newest execution of an operation. */
export interface Execution {
  readonly runId: string
  /** The attempt that it was started for. */
  readonly attempt: number
  readonly status: WorkflowExecutionStatusName
}

/** The ways in which an execution ends. Whatever else a server says (a pause, a word of its next version), it may go on. */
const ENDS: readonly WorkflowExecutionStatusName[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']

export const hasEnded = ({ status }: Pick<Execution, 'status'>): boolean => ENDS.includes(status)

/** @returns undefined when Temporal has none @throws Error when Temporal is away */
export async function findExecution(client: Client, workflowId: string): Promise<Execution | undefined> {
  try {
    const { runId, memo, status } = await client.workflow.getHandle(workflowId).describe()
    return { runId, attempt: Number(memo?.['attempt'] ?? 1), status: status.name }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}

/**
 * Tells the execution of this attempt that its end is wanted, and no other: a word that is repeated or comes late must not end the next
 * attempt. One that has not started yet hears of it when it is told again.
 * @param deadlineMs how long the Temporal server may take
 * @throws Error when Temporal is away
 */
export async function cancelAttempt(client: Client, at: Attempt, deadlineMs: number): Promise<void> {
  const { operation_id, attempt } = at
  await client.withDeadline(Date.now() + deadlineMs, async () => {
    const execution = await findExecution(client, operation_id)
    if (!execution || hasEnded(execution) || execution.attempt !== attempt) return
    await client.workflow.getHandle(operation_id, execution.runId).cancel()
  })
}

/** When the last run of a schedule that succeeded ended; undefined when none did within the retention of the namespace. */
export async function lastSuccess(client: Client, scheduleId: string): Promise<Date | undefined> {
  const query = `TemporalScheduledById = '${scheduleId}' AND ExecutionStatus = 'Completed'`
  for await (const { closeTime } of client.workflow.list({ query, pageSize: 1 })) return closeTime
  return undefined
}
