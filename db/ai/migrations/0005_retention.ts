import { sql, type Kysely } from 'kysely'
import { createRetentionTables, refuseErased } from '../../retention/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRetentionTables(db)
  await refuseErased(db, [
    ['operations', 'owner_id'],
    ['generations', 'owner_id'],
    ['calls', 'owner_id'],
    ['budgets', 'owner_id'],
    ['ledger', 'owner_id'],
  ])
  await sql`
    create index operations_with_titles on operations (finished_at) where kind = 'title' and result is not null`.execute(
    db,
  )
  await sql`create index generations_with_texts on generations (created_at) where request <> '{}'`.execute(db)
  await sql`create index answers_age on answers (created_at)`.execute(db)
  await sql`
    create index operation_events_ends on operation_events (created_at)
    where type in ('succeeded', 'failed', 'cancelled')`.execute(db)
  await sql`create index ledger_age on ledger (created_at)`.execute(db)
}
