import { sql, type Kysely } from 'kysely'
import { createInboxTables } from '../../inbox/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the sharer writes to the other person.
  await sql`alter table shares add column message text`.execute(db)
  await createInboxTables(db)
}
