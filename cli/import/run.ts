import type { Databases } from '../../db/databases.ts'
import { importComments } from './comments.ts'
import { tellGone } from './gone.ts'
import { createReport, type Report } from './report.ts'
import { importScenarios } from './scenarios.ts'
import { importShares } from './shares.ts'
import type { Staging } from './staging.ts'
import type { Target } from './target.ts'
import { importPeople } from './users.ts'

export interface ImportOptions {
  readonly databases: Pick<Databases, 'auth' | 'users' | 'scenarios'>
  /** Names the monolith: the same name at every run finds what earlier ones wrote. */
  readonly source: string
  /** Without it nothing is written, and the report tells what would be. */
  readonly write: boolean
  /** Gets every line of the report. */
  readonly keep?: (line: string) => void
  readonly progress?: Target['progress']
}

/**
 * Takes over everything of a monolith. A dry run decides the same way, row by row, and takes what it would have written for written.
 * May be cut off at any row and started again.
 */
export async function importMonolith(staging: Staging, options: ImportOptions): Promise<Report> {
  const { databases, source, write, keep, progress = () => {} } = options
  const report = createReport(keep)
  const target = { databases, staging, source, write, report, progress }
  staging.begin()
  for (const { kind, name, why } of staging.rejected()) report.skip(kind, name, why)
  await importPeople(target)
  await importScenarios(target)
  await importComments(target)
  await importShares(target)
  await tellGone(target)
  return report
}
