import { sql, type Kysely } from 'kysely'

/** What an admin did to the account of somebody else, with the reason that was given for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table security_events add column done_by uuid, add column done_to text, add column reason text`.execute(db)
}
