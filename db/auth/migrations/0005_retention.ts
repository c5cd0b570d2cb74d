import { sql, type Kysely } from 'kysely'
import { createRetentionTables, refuseErased } from '../../retention/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRetentionTables(db)
  await refuseErased(db, [
    ['operations', 'owner_id'],
    ['archives', 'account_id'],
  ])
  await sql`create index sessions_ended on sessions (least(expires_at, revoked_at))`.execute(db)
  await sql`create index refresh_tokens_expired on refresh_tokens (expires_at)`.execute(db)
  await sql`create index letters_handed_over on letters (handed_over_at) where handed_over_at is not null`.execute(db)
  await sql`create index one_time_tokens_expired on one_time_tokens (expires_at)`.execute(db)
  await sql`create index archives_expired on archives (expires_at)`.execute(db)
  await sql`create index archives_account on archives (account_id)`.execute(db)
}
