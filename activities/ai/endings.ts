import type { Transaction } from 'kysely'
import { appendEnd } from '../../db/ai/events.ts'
import { reachPercents, settle } from '../../db/ai/ledger.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { AiDb, GenerationRow } from '../../db/ai/schema.ts'
import type { AcceptTables } from '../../db/operations/schema.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'

/**
 * What goes with the end of an attempt, in its transaction: the money is settled, those who watch are told, and `tell` writes the event
 * for the other services. A budget that is nearly or wholly spent by it is told of too.
 * @param budget of a person for a month, millionths
 * @param finish ends the operation; false when it had ended before, and then nothing more is done
 */
export async function endRun(
  trx: Transaction<AiDb>,
  operationId: string,
  budget: number,
  finish: () => Promise<boolean>,
  tell: (generation: GenerationRow) => Promise<void>,
): Promise<void> {
  if (!(await finish())) return
  const generation = (await findGeneration(trx, operationId)) ?? fail('operation.not_found')
  await settle(trx, operationId)
  for (const reached of await reachPercents(trx, operationId, budget))
    await appendEvent(trx as unknown as Transaction<AcceptTables>, 'budget_spent', reached)
  await appendEnd(trx, operationId)
  await tell(generation)
}
