import { sql, type Kysely } from 'kysely'
import { createWaitingLetters } from '../../inbox/waiting-tables.ts'
import { createRecoveryTables } from '../../operations/recovery-tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRecoveryTables(db)
  await createWaitingLetters(db)
  // A delivery that is open is looked after, so that none waits for a workflow that is gone.
  await sql`alter table deliveries add column looked_after_at timestamptz(3) not null default now()`.execute(db)
  await sql`alter table deliveries alter column looked_after_at set default clock_timestamp()`.execute(db)
  await sql`create index deliveries_open on deliveries (looked_after_at) where status = 'queued'`.execute(db)
}
