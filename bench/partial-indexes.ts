import { readFileSync } from 'node:fs'
import type pg from 'pg'

const FILE = new URL('../deploy/temporal/visibility-partial-indexes.sql', import.meta.url)

/**
 * Runs the file for operators as psql does: its query gives statements, and `\gexec` runs each.
 * @param visibility the database of Temporal's list of executions
 * @returns how many indexes were made partial
 */
export async function makePartial(visibility: Pick<pg.Pool, 'query'>): Promise<number> {
  const [query = ''] = readFileSync(FILE, 'utf8').split('\\gexec')
  const { rows } = await visibility.query<Record<string, string>>(query)
  for (const row of rows) for (const statement of Object.values(row)) await visibility.query(statement)
  return rows.length
}
