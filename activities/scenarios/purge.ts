import { Context } from '@temporalio/activity'
import type { Kysely } from 'kysely'
import { purge, purgesOf } from '../../db/retention/purge.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'

/** Removes all whose time is over, batch by batch, until nothing is left or the worker stops. Running twice removes nothing twice. */
export async function purgeScenarios(db: Kysely<ScenariosDb>): Promise<{ removed: number }> {
  const { cancellationSignal, heartbeat } = Context.current()
  let removed = 0
  for (const one of purgesOf('scenarios', true))
    for (let n = one.batch; n === one.batch && !cancellationSignal.aborted; removed += n) {
      n = await purge(db, one)
      heartbeat()
    }
  return { removed }
}
