import { sql, type Kysely } from 'kysely'
import { createRecoveryTables } from '../../operations/recovery-tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRecoveryTables(db)
  // A mail that was handed over is looked after until its workflow is known to be through.
  await sql`alter table letters add column looked_after_at timestamptz(3), add column settled_at timestamptz(3)`.execute(
    db,
  )
  await sql`
    create index letters_unsettled on letters (coalesce(looked_after_at, handed_over_at))
    where account_id is not null and handed_over_at is not null and settled_at is null`.execute(db)
}
