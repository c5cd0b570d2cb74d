import type { Kysely } from 'kysely'
import { createRecoveryTables } from '../../operations/recovery-tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRecoveryTables(db)
}
