import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Up to which percentage of the month's budget the person was told that it is spent.
  await sql`alter table budgets add column told_percent smallint not null default 0`.execute(db)
}
