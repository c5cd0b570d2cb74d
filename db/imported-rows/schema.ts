/** A row of the monolith that came here, so that a later import knows what changed there and what is gone here. */
interface ImportedRowsTable {
  /** Which monolith. */
  source: string
  kind: string
  old_id: string
  /** Made of what the row was when it came last; no text of it. */
  mark: string
}

export interface ImportTables {
  imported_rows: ImportedRowsTable
}
