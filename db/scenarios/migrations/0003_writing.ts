import { sql, type Kysely } from 'kysely'

/**
 * What checks and estimates know of an order beside its content: what it states exactly, the pace of its reader, and the hooks to
 * choose from. Scenarios from before have no order to compare with.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table scenarios
      add column order_facts text[],
      add column reading_ms_per_char real,
      add column hook_variants jsonb not null default '[]'`.execute(db)
}
