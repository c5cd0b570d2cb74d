import type { Client } from '@temporalio/client'
import type { Stoppable } from '../../lifecycle.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { findExecution, hasEnded, type Execution } from '../../temporal/executions.ts'
import { runPoller } from './poller.ts'

/** How long the Temporal server may take to say how one stands. */
export const DEADLINE_MS = 5_000
const BATCH = 50
const EVERY_MS = 60_000

/** The execution that Temporal has now. @throws Error when it is away, or takes too long */
export const lookUp = (client: Client, workflowId: string): Promise<Execution | undefined> =>
  client.withDeadline(Date.now() + DEADLINE_MS, () => findExecution(client, workflowId))

/** Does it to each, beside each other: one that throws is told and holds up no other. */
export async function eachOnItsOwn<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  failed: (error: unknown, one: T) => void,
): Promise<void> {
  await Promise.all(
    all.map(async (one) => {
      try {
        await work(one)
      } catch (error) {
        failed(error, one)
      }
    }),
  )
}

/** Rows that promise a workflow that was started, and are not known to be through. */
export interface LookedAfter<Row> {
  /** As operators read it. */
  readonly name: string
  /** Takes those that were not looked after for the longest time, and notes that they are now. */
  readonly claim: (limit: number) => Promise<readonly Row[]>
  readonly workflowId: (row: Row) => string
  /** Temporal has lost its execution: it is to be started again. */
  readonly lost: (row: Row) => Promise<unknown>
  /** Its execution has ended, in whatever way. */
  readonly ended: (row: Row, execution: Execution) => Promise<unknown>
}

/** Compares such rows with their executions. @returns how many */
export async function lookAfter<Row>(
  { name, claim, workflowId, lost, ended }: LookedAfter<Row>,
  { client, logger }: { readonly client: Client; readonly logger: Logger },
): Promise<number> {
  const rows = await claim(BATCH)
  await eachOnItsOwn(
    rows,
    async (row) => {
      const id = workflowId(row)
      const execution = await lookUp(client, id)
      if (execution) return hasEnded(execution) && ended(row, execution)
      logger.warn({ workflow_id: id, what: name }, 'an execution is lost and is started again')
      return lost(row)
    },
    (error, row) =>
      logger.warn({ err: error, workflow_id: workflowId(row), what: name }, 'a row could not be looked after'),
  )
  return rows.length
}

/** Does so each minute. */
export const runLookingAfter = <Row>(
  looked: LookedAfter<Row>,
  deps: { readonly client: Client; readonly logger: Logger },
): Stoppable =>
  runPoller({
    name: `looking after ${looked.name}`,
    everyMs: EVERY_MS,
    round: async () => (await lookAfter(looked, deps)) === BATCH,
    onError: (error) => deps.logger.warn({ err: error, what: looked.name }, 'rows could not be looked after'),
  })
