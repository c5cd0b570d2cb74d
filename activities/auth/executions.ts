import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { ServiceError } from '@temporalio/client'

const GRPC_NOT_FOUND = 5

/** Ends and deletes the executions of a person, all but one. Histories hold the person's texts, encrypted, and end with them. */
export async function deleteExecutionsOf(client: Client, ownerId: string, except: string): Promise<number> {
  let deleted = 0
  for await (const { workflowId, runId, status } of client.workflow.list({ query: `ScenorOwner = '${ownerId}'` })) {
    if (workflowId === except) continue
    if (status.name === 'RUNNING') await end(client, workflowId, runId)
    await remove(client, workflowId, runId)
    deleted++
  }
  return deleted
}

async function end(client: Client, workflowId: string, runId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId, runId).terminate('erasure')
  } catch (error) {
    // It ended meanwhile.
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}

async function remove(client: Client, workflowId: string, runId: string): Promise<void> {
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    })
  } catch (error) {
    // The list lags behind: this one was deleted before.
    const code =
      error instanceof ServiceError ? (error.cause as { code?: number }).code : (error as { code?: number }).code
    if (code !== GRPC_NOT_FOUND) throw error
  }
}
