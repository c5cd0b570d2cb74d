import { randomUUID } from 'node:crypto'
import proto from '@temporalio/proto'
import { endsOperations, isOpen } from '../../../commands/operations.ts'
import { budgetOf } from '../../../config.ts'
import { findAnswers } from '../../../db/ai/answers.ts'
import type { Standing } from '../../../temporal/standing.ts'
import type { Installation } from '../installation.ts'
import { withStandings } from '../listed.ts'
import { requireListed } from '../operations.ts'
import { ReplayError } from '../replay-error.ts'
import { requireReason } from './retry.ts'
import type { Command } from '../told.ts'

const { EventType, ResetReapplyType } = proto.temporal.api.enums.v1
const DEADLINE_MS = 30_000
const FIRST_EVENTS = 20

/**
 * Moves an operation that stands still. Its execution is set back to its first step, on the code that runs now: steps that were paid for
 * are found in the database and are not paid for again. With --end the operation fails as `internal.error` instead, what was paid for is
 * kept, and a retry uses it. One that moves is left alone.
 */
export const unstick: Command = async ({ installation, words: [word = ''], values, say }) => {
  const listed = await requireListed(installation.databases, word)
  const { row, service } = listed
  if (!isOpen(row)) throw new ReplayError(`${row.id} has ended (${row.status}): "replay retry" tries it again.`)
  const { operations, unknown } = await withStandings(installation, [listed])
  const standing = operations[0]?.standing
  if (!standing) throw new ReplayError(`How ${row.id} stands is not known: ${unknown}`)
  const paid = service === 'ai' ? [...(await findAnswers(installation.databases.ai, row.id)).keys()] : []
  const end = values['end'] === true
  say(`${row.id}  ${row.stage}  attempt ${row.attempt}  ${standing.state}: ${standing.reason}`)
  say(`paid steps that are kept: ${paid.join(', ') || 'none'}`)
  if (!standing.stuck && values['force'] !== true)
    throw new ReplayError(`${row.id} is not stuck (${standing.state}): it is left alone. --force does it all the same.`)
  const will = plan(standing, end)
  const facts = { id: row.id, standing, paid_steps: paid, will }
  if (values['yes'] !== true)
    return { json: { ...facts, done: false }, lines: [`${WORDS[will]}. Dry run: add --yes --reason "<why>" to do it.`] }
  const reason = requireReason(values)
  const run_id = await ACTS[will](installation, operations[0]?.row ?? row, standing, reason)
  return {
    json: { ...facts, done: true, reason, run_id },
    lines: [
      will === 'end' ? `ended: ${reason}` : `set back, its execution is now ${run_id}: ${reason}`,
      '',
      `Next: ${will === 'end' && service === 'ai' ? `replay retry ${row.id}` : `replay show ${row.id}`}`,
    ],
  }
}

type Will = 'reset' | 'end'
const WORDS: Readonly<Record<Will, string>> = {
  reset: 'Its execution would be set back to its first step',
  end: 'Its execution would be ended, and the operation fail as internal.error',
}

/** There is nothing to set back in an execution that has ended or is gone. */
const plan = ({ state }: Standing, end: boolean): Will =>
  end || state === 'ended' || state === 'gone' ? 'end' : 'reset'

type Row = Parameters<ReturnType<typeof endsOperations>>[0]
type Act = (installation: Installation, row: Row, standing: Standing, reason: string) => Promise<string | null>

const ACTS: Readonly<Record<Will, Act>> = {
  reset: ({ temporal }, { id }, { run_id }, reason) =>
    temporal.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const { namespace } = temporal.options
      const workflowExecution = { workflowId: id, ...(run_id !== null && { runId: run_id }) }
      const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: workflowExecution,
        maximumPageSize: FIRST_EVENTS,
      })
      const first = history?.events?.find((event) => FINISHES_TASK.has(event.eventType ?? 0))
      if (!first?.eventId)
        throw new ReplayError(
          `${id} has not begun yet: no worker has taken it. It begins when one does; --end ends it.`,
        )
      const { runId } = await temporal.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution,
        reason: `unstick: ${reason}`,
        workflowTaskFinishEventId: first.eventId,
        requestId: randomUUID(),
        // A cancellation that was asked for comes again by the relay, from the row.
        resetReapplyType: ResetReapplyType.RESET_REAPPLY_TYPE_NONE,
      })
      return runId ?? null
    }),
  end: async ({ temporal, databases, config }, row, { state, run_id }, reason) => {
    // The row first: what an execution that ends late has to say changes nothing then.
    await endsOperations(databases, budgetOf(config))(row, { status: 'failed', code: 'internal.error' })
    if (state !== 'ended' && state !== 'gone')
      await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
        temporal.workflow.getHandle(row.id, run_id ?? undefined).terminate(`unstick: ${reason}`),
      )
    return run_id
  },
}

/** The first of these is where an execution can be set back to. */
const FINISHES_TASK = new Set<number>([
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
])
