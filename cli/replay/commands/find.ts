import type { Client } from '@temporalio/client'
import { isGrpcServiceError } from '@temporalio/client'
import { temporalFault } from '../../../temporal/faults.ts'
import { filterOf } from '../filter.ts'
import type { Installation } from '../installation.ts'
import { factsOf } from '../../../commands/standings.ts'
import { asLines, nextFor, withStandings } from '../listed.ts'
import { namedOperations, type Listed } from '../../../db/listed-operations.ts'
import { chosenOfAi } from '../operations.ts'
import { ReplayError } from '../replay-error.ts'
import type { Command } from '../told.ts'
import { UUID } from '../../../contracts/kinds.ts'

const DEADLINE_MS = 10_000

/** Operations of any service by a word that somebody has: of a bug report, a log line, the Web UI. */
export const find: Command = async ({ installation, words: [word], values }) => {
  const filter = filterOf(values)
  const listed =
    word === undefined
      ? await chosenOfAi(installation.databases, filter)
      : await byWord(installation, word, filter.limit)
  if (!Array.isArray(listed)) return listed
  if (listed.length === 0 && word !== undefined)
    throw new ReplayError(
      `Nothing is called ${word}: no operation, request, trace, person, scenario, workflow or run. Databases keep operations, Temporal finished executions for 7 days.`,
    )
  const { operations, unknown } = await withStandings(installation, listed)
  const [only, more] = operations
  const next = only && !more ? [`replay show ${only.row.id}`, ...nextFor(only)] : []
  return {
    json: { operations: operations.map(factsOf), next, ...(unknown && { unknown }) },
    lines: [
      ...(operations.length === 0 ? ['No such operations.'] : asLines(operations)),
      ...(unknown === undefined ? [] : [`How open ones stand is not known: ${unknown}`]),
      ...(next.length > 0 ? ['', `Next: ${next.join('   or   ')}`] : []),
      ...(more && only ? ['', `Next: replay show ${only.row.id}`] : []),
    ],
  }
}

async function byWord(installation: Installation, word: string, limit: number) {
  const found = await namedOperations(installation.databases, word, limit)
  if (found.length > 0) return found
  return installation.temporal.withDeadline(Date.now() + DEADLINE_MS, () => inTemporal(installation, word))
}

/** A run's id leads to its operation; a workflow without an operation (a mail, a notification, a purge) is told itself. */
async function inTemporal(
  { temporal, databases }: Installation,
  word: string,
): Promise<Listed[] | Awaited<ReturnType<Command>>> {
  const workflowId = UUID.test(word) ? await workflowOfRun(temporal, word) : word
  if (workflowId === undefined) return []
  const ofRun = workflowId === word ? [] : await namedOperations(databases, workflowId, 1)
  if (ofRun.length > 0) return ofRun
  const { namespace } = temporal.options
  const described = await temporal.workflowService
    .describeWorkflowExecution({ namespace, execution: { workflowId } })
    .catch((error: unknown) => {
      if (temporalFault(error) === 'execution_missing' || (isGrpcServiceError(error) && error.code === 3))
        return undefined
      throw error
    })
  const info = described?.workflowExecutionInfo
  if (!info) return []
  const execution = {
    workflow_id: workflowId,
    run_id: info.execution?.runId,
    type: info.type?.name,
    task_queue: info.taskQueue,
  }
  return {
    json: { operations: [], execution },
    lines: [
      `${workflowId} is an execution of ${execution.type} on ${execution.task_queue} and no operation.`,
      '',
      `Next: replay show ${workflowId}`,
    ],
  }
}

async function workflowOfRun({ workflowService, options }: Client, runId: string): Promise<string | undefined> {
  const { executions } = await workflowService.listWorkflowExecutions({
    namespace: options.namespace,
    pageSize: 1,
    query: `RunId = "${runId}"`,
  })
  return executions?.[0]?.execution?.workflowId ?? undefined
}
