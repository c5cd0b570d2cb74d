import type { Transaction } from 'kysely'
import { appendEnd } from '../db/ai/events.ts'
import { reachPercents, settle } from '../db/ai/ledger.ts'
import type { AiDb } from '../db/ai/schema.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import { appendEvent } from './outbox.ts'

/**
 * What goes with the end of an attempt of `ai`, in the transaction that ended it and whoever did: the money is settled, those who watch
 * are told, and the other services by an event. A budget that is nearly or wholly spent by it is told of too.
 * @param ended the operation as it is now
 * @param budget of a person for a month, millionths
 */
export async function endRun(trx: Transaction<AiDb>, ended: OperationRow, budget: number): Promise<void> {
  const months = await settle(trx, ended.id)
  const accept = trx as unknown as Transaction<AcceptTables>
  for (const reached of await reachPercents(trx, months, budget)) await appendEvent(accept, 'budget_spent', reached)
  await appendEnd(trx, ended)
  // Titles are asked for and waited for: nobody is told of them.
  if (ended.kind === 'generation') await tell(accept, ended)
}

function tell(trx: Transaction<AcceptTables>, ended: OperationRow): Promise<void> {
  const { id, owner_id, status, request_id } = ended
  const run = { operation_id: id, owner_id }
  switch (status) {
    case 'succeeded': {
      const result = ended.result as { scenario_id: string; version: number }
      return appendEvent(trx, 'generation_succeeded', { ...run, ...result }, request_id)
    }
    case 'cancelled':
      return appendEvent(trx, 'generation_cancelled', run, request_id)
    default:
      return appendEvent(trx, 'generation_failed', { ...run, code: ended.error_code ?? 'internal.error' }, request_id)
  }
}
