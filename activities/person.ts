import type { Kysely } from 'kysely'
import { collectPersonRows, erasePersonRows, type PersonTable, type RowCounts } from '../db/person.ts'
import { withFailures } from './failures.ts'
import type { InternalClient } from './internal-client.ts'

export interface PersonStep {
  readonly operation_id: string
  readonly account_id: string
}

export type PersonActivities = ReturnType<typeof createPersonActivities>

/** What every service does for exports and erasures, from its list of tables. */
export function createPersonActivities<DB>(deps: {
  db: Kysely<DB>
  tables: readonly PersonTable[]
  internal: InternalClient
}) {
  const { db, tables, internal } = deps
  // Rows may name a person by address (an invitation). Asked for now: it stands in no history.
  const personOf = async (id: string) => ({ id, email: (await internal.contacts(id))?.email ?? null })
  return withFailures({
    /** Hands all that this service stores on a person to the archive. */
    exportPerson: async (step: PersonStep): Promise<void> => {
      const content = await collectPersonRows(db, tables, await personOf(step.account_id))
      await internal.keepArchivePart(step.operation_id, content)
    },

    /** Removes or anonymises all that this service stores on a person. Twice finds nothing more. */
    erasePerson: async (step: PersonStep): Promise<RowCounts> => {
      const person = await personOf(step.account_id)
      return db.transaction().execute((trx) => erasePersonRows(trx, tables, person))
    },
  })
}
