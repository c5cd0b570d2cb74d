import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // When admins were told that the provider does not work; null again once it does.
  await sql`alter table provider_health add column told_at timestamptz(3)`.execute(db)
}
