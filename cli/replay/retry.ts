import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { appendEvents } from '../../db/ai/events.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { insertStartIntent } from '../../db/operations/intents.ts'
import { reopenOperation } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import { ReplayError, type Installation } from './installation.ts'

export interface RetryOptions {
  /** Without it nothing is done but told. */
  readonly yes: boolean
  readonly reason: string | undefined
  /** Runs at most. */
  readonly cap: number
  /** Seconds over which the starts are spread, so that a provider just recovered is not flooded. */
  readonly jitterS: number
}

/**
 * Lets production finish failed runs: each is opened for its next attempt, with its start intent, as a person's own retry does; the relay
 * of the ai worker starts it, behind those who wait, and paid answers are used again. No money is set aside: the operator decided it.
 */
export async function retryRuns(
  { databases }: Installation,
  runs: readonly OperationRow[],
  { yes, reason, cap, jitterS }: RetryOptions,
  print: (line: string) => void,
): Promise<void> {
  const fit = runs.filter(
    (r) => (r.status === 'failed' || r.status === 'cancelled') && r.error_code !== 'ai.base_version_changed',
  )
  const chosen = fit.slice(0, cap)
  print(`${runs.length} runs, ${fit.length} can be tried again, ${chosen.length} within the cap of ${cap}`)
  for (const { id, error_code, stage, attempt } of chosen)
    print(`  ${id}  ${error_code ?? 'cancelled'}  ${stage}  attempt ${attempt}`)
  if (!yes) return print('Dry run: nothing was done. Add --yes --reason "<why>" to do it.')
  if (!reason) throw new ReplayError('--reason is needed: it is what the next one who looks will want to know')
  for (const { id } of chosen) {
    await sleep((Math.random() * jitterS * 1_000) / chosen.length)
    const opened = await databases.ai.transaction().execute((trx) => reopen(trx, id, reason))
    print(opened ? `  ${id} attempt ${opened.attempt}: ${reason}` : `  ${id} is open already`)
  }
}

async function reopen(trx: Transaction<AiDb>, id: string, reason: string): Promise<OperationRow | undefined> {
  const accept = trx as unknown as Transaction<AcceptTables>
  const row = await reopenOperation(accept, id, reason)
  if (!row) return undefined
  const { attempt } = row
  await insertStartIntent(accept, id)
  await appendEvents(trx, id, [
    { type: 'attempt_reset', data: { attempt } },
    { type: 'stage', data: { stage: 'queued', progress: 0, attempt } },
  ])
  return row
}
