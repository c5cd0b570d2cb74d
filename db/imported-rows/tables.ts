import { sql, type Kysely } from 'kysely'

/**
 * What an import remembers. The thing itself cannot remember it: one that was deleted here, an erased person above all, must not come
 * back with the next run. An old number and a mark tell nothing of a person once the monolith is gone.
 */
export async function createImportTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table imported_rows (
      source text not null,
      kind text not null,
      old_id text not null,
      mark text not null,
      primary key (source, kind, old_id)
    )`.execute(db)
}
