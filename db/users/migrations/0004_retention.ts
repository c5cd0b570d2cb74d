import type { Kysely } from 'kysely'
import { createRetentionTables, refuseErased } from '../../retention/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRetentionTables(db)
  await refuseErased(db, [
    ['operations', 'owner_id'],
    ['profiles', 'id'],
  ])
}
