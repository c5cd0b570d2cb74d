import { sql, type Kysely } from 'kysely'
import { createWaitingLetters } from '../../inbox/waiting-tables.ts'
import { createRecoveryTables } from '../../operations/recovery-tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRecoveryTables(db)
  await createWaitingLetters(db)
  // An invitation is looked after until the workflow of its mail is known to be through.
  await sql`alter table shares add column looked_after_at timestamptz(3), add column mail_settled_at timestamptz(3)`.execute(
    db,
  )
  await sql`
    create index shares_unsettled on shares (coalesce(looked_after_at, created_at))
    where status = 'invited' and mail_settled_at is null`.execute(db)
}
