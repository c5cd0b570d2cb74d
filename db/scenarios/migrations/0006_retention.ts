import { sql, type Kysely } from 'kysely'
import { createDeadLetterIndexes } from '../../inbox/retention-tables.ts'
import { createRetentionTables, refuseErased } from '../../retention/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRetentionTables(db)
  await createDeadLetterIndexes(db)
  await refuseErased(db, [
    ['operations', 'owner_id'],
    ['scenarios', 'owner_id'],
    ['scenario_versions', 'author_id'],
    ['shares', 'user_id'],
    ['shares', 'created_by'],
    ['comments', 'author_id'],
    ['templates', 'owner_id'],
  ])
  // True of the last of its day, which stays when the others of its day go.
  await sql`alter table scenario_versions add column stays boolean not null default false`.execute(db)
  await sql`
    create index scenario_versions_unthinned on scenario_versions (created_at) where message is null and not stays`.execute(
    db,
  )
  await sql`create index scenario_versions_author on scenario_versions (author_id, scenario_id, n)`.execute(db)
  await sql`create index scenarios_all on scenarios (owner_id, id)`.execute(db)
  await sql`create index shares_revoked on shares (updated_at) where status = 'revoked'`.execute(db)
  await sql`create index shares_expired on shares (expires_at) where expires_at is not null`.execute(db)
  await sql`create index shares_user on shares (user_id) where user_id is not null`.execute(db)
  await sql`create index shares_creator on shares (created_by)`.execute(db)
  await sql`create index shares_email on shares (email) where email is not null`.execute(db)
}
