import type { Transaction } from 'kysely'
import { appendEnd } from '../../db/ai/events.ts'
import { settle } from '../../db/ai/ledger.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { AiDb, GenerationRow } from '../../db/ai/schema.ts'
import { fail } from '../../errors.ts'

/**
 * What goes with the end of an attempt, in its transaction: the money is settled, those who watch are told, and `tell` writes the event
 * for the other services.
 * @param finish ends the operation; false when it had ended before, and then nothing more is done
 */
export async function endRun(
  trx: Transaction<AiDb>,
  operationId: string,
  finish: () => Promise<boolean>,
  tell: (generation: GenerationRow) => Promise<void>,
): Promise<void> {
  if (!(await finish())) return
  const generation = (await findGeneration(trx, operationId)) ?? fail('operation.not_found')
  await settle(trx, operationId)
  await appendEnd(trx, operationId)
  await tell(generation)
}
