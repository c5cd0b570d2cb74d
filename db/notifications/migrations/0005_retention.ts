import { sql, type Kysely } from 'kysely'
import { createDeadLetterIndexes } from '../../inbox/retention-tables.ts'
import { createRetentionTables, refuseErased } from '../../retention/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRetentionTables(db)
  await createDeadLetterIndexes(db)
  await refuseErased(db, [
    ['operations', 'owner_id'],
    ['notifications', 'user_id'],
    ['mails', 'account_id'],
    ['text_messages', 'account_id'],
    ['preferences', 'user_id'],
    ['push_subscriptions', 'user_id'],
  ])
  // Read in the order of age, which a summary of pages does not give.
  await sql`drop index bus.log_age`.execute(db)
  await sql`create index log_age on bus.log (created_at)`.execute(db)
  await sql`create index mails_age on mails (created_at)`.execute(db)
  await sql`create index mails_address on mails (address) where address is not null`.execute(db)
  await sql`create index text_messages_age on text_messages (created_at)`.execute(db)
  await sql`create index notifications_age on notifications (created_at)`.execute(db)
  await sql`create index notifications_owner on notifications (user_id, id)`.execute(db)
  await sql`create index deliveries_digest on deliveries (digest_id) where digest_id is not null`.execute(db)
}
