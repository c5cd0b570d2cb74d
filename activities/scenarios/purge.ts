import { Context } from '@temporalio/activity'
import type { Kysely } from 'kysely'
import { purgeDeleted } from '../../db/scenarios/scenarios.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'

/** Scenarios of one transaction: their versions and comments go with them. */
const BATCH = 100

/** Removes everything whose time is over, batch by batch, until nothing is left or it is told to stop. Running twice removes nothing twice. */
export async function purgeScenarios(db: Kysely<ScenariosDb>): Promise<{ removed: number }> {
  const { cancellationSignal, heartbeat } = Context.current()
  let removed = 0
  for (let batch = BATCH; batch === BATCH && !cancellationSignal.aborted; removed += batch) {
    batch = await purgeDeleted(db, BATCH)
    heartbeat()
  }
  return { removed }
}
