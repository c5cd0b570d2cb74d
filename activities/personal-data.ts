import type { Kysely } from 'kysely'
import { sumCounts, type RowCounts } from '../contracts/erasure.ts'
import { Context } from '@temporalio/activity'
import { collectPersonalData, erasePersonalData, type PersonalDataTable } from '../db/personal-data.ts'
import { markErased } from '../db/retention/erased-people.ts'
import { withFailures } from './failures.ts'
import type { InternalClient } from '../internal/client.ts'

const BEAT_MS = 1_000

export interface PersonStep {
  readonly operation_id: string
  readonly account_id: string
}

export type PersonActivities = ReturnType<typeof createPersonActivities>

/** What every service does for exports and erasures, from its list of tables. */
export function createPersonActivities<DB>(deps: {
  db: Kysely<DB>
  tables: readonly PersonalDataTable[]
  internal: InternalClient
}) {
  const { db, tables, internal } = deps
  // Rows may name a person by address (an invitation). Asked for now: it stands in no history.
  const personOf = async (id: string) => ({ id, email: (await internal.contacts(id))?.email ?? null })
  return withFailures({
    /** Hands all that this service stores on a person to the archive, piece by piece. After one that broke off a try begins anew. */
    exportPerson: async (step: PersonStep): Promise<void> => {
      const { heartbeat, info, cancellationSignal } = Context.current()
      let pieces = 0
      for await (const page of collectPersonalData(db, tables, await personOf(step.account_id))) {
        cancellationSignal.throwIfAborted()
        const kept = await internal.keepArchivePiece(step.operation_id, { try: info.attempt, n: pieces++, ...page })
        // Called off, or the person is gone.
        if (!kept) return
        heartbeat()
      }
      await internal.completeArchivePart(step.operation_id, { try: info.attempt, pieces })
    },

    /**
     * Removes or anonymises all that this service stores on a person, batch by batch, and lets nothing of them be written from now on.
     * Twice finds nothing more. A heartbeat says how far it is: what goes on after a crash counts on from there.
     */
    erasePerson: async (step: PersonStep): Promise<RowCounts> => {
      const { heartbeat, info, cancellationSignal } = Context.current()
      const before = (info.heartbeatDetails ?? {}) as RowCounts
      let all = before
      const beat = (counts: RowCounts = {}) => {
        cancellationSignal.throwIfAborted()
        all = sumCounts(before, counts)
        heartbeat(all)
      }
      const beating = setInterval(() => heartbeat(all), BEAT_MS)
      try {
        await markErased(db, step.account_id, beat)
        await erasePersonalData(db, tables, await personOf(step.account_id), beat)
        return all
      } finally {
        clearInterval(beating)
      }
    },
  })
}
