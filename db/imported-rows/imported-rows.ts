import { sql, type QueryExecutorProvider } from 'kysely'

/** Rows of one table of one monolith. */
export interface Imported {
  readonly source: string
  readonly kind: string
}

/** The marks of those that came before, by their old ids. */
export async function findMarks(
  db: QueryExecutorProvider,
  { source, kind }: Imported,
  oldIds: readonly (string | number)[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ old_id: string; mark: string }>`
    select old_id, mark from imported_rows
    where source = ${source} and kind = ${kind} and old_id = any(${oldIds.map(String)}::text[])`.execute(db)
  return new Map(rows.map(({ old_id, mark }) => [old_id, mark]))
}

/** Remembers a row as it came. In the transaction that writes it: what is there is remembered, and the other way round. */
export const keepMark = (
  db: QueryExecutorProvider,
  imported: Imported,
  oldId: string | number,
  mark: string,
): Promise<void> => keepMarks(db, imported, new Map([[String(oldId), mark]]))

/** The same of several rows, by their old ids. */
export async function keepMarks(
  db: QueryExecutorProvider,
  { source, kind }: Imported,
  marks: ReadonlyMap<string, string>,
): Promise<void> {
  await sql`
    insert into imported_rows (source, kind, old_id, mark)
    select ${source}, ${kind}, old_id, mark from unnest(${[...marks.keys()]}::text[], ${[...marks.values()]}::text[]) u (old_id, mark)
    on conflict (source, kind, old_id) do update set mark = excluded.mark`.execute(db)
}

/** Old ids that came before, in the order of their text, a page at a time. */
export async function listImported(
  db: QueryExecutorProvider,
  { source, kind }: Imported,
  after: string,
  limit: number,
): Promise<{ old_id: string; mark: string }[]> {
  const { rows } = await sql<{ old_id: string; mark: string }>`
    select old_id, mark from imported_rows
    where source = ${source} and kind = ${kind} and old_id > ${after} order by old_id limit ${limit}`.execute(db)
  return rows
}
