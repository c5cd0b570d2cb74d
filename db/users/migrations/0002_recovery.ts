import { sql, type Kysely } from 'kysely'
import { createRecoveryTables } from '../../operations/recovery-tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRecoveryTables(db)
  await sql`alter table phone_codes add column looked_after_at timestamptz(3)`.execute(db)
}
