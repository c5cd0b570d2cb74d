import { sql, type Kysely } from 'kysely'

/** A comment on a row of a scene; those from before are on scenes and scripts. The trash is listed by its owner. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table comments add column row_id uuid`.execute(db)
  await sql`
    create index scenarios_trash on scenarios (owner_id, deleted_at desc, id desc) where deleted_at is not null`.execute(
    db,
  )
}
