import { writeFile } from 'node:fs/promises'
import { importMonolith, type ImportOptions } from '../../cli/import/run.ts'
import { readFileSource } from '../../cli/import/source.ts'

export type Row = Record<string, unknown>
export type Monolith = Partial<
  Record<'users' | 'scenarios' | 'tags' | 'scenario_tags' | 'comments' | 'scenario_shares', Row[]>
>

/** What a run told: its table, and the lines of its whole report. */
export interface Told {
  readonly table: string
  readonly lines: string[]
}

/** One run over a file of these rows. */
export async function importRows(path: string, rows: Monolith, options: Omit<ImportOptions, 'keep'>): Promise<Told> {
  await writeFile(path, JSON.stringify({ format: 'scenor.monolith', version: 1, ...rows }))
  using staging = await readFileSource(path)
  const lines: string[] = []
  const report = await importMonolith(staging, { ...options, keep: (line) => void lines.push(line.trim()) })
  return { table: report.table(), lines }
}
