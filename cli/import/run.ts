import type { Databases } from '../../db/connection.ts'
import { importScenarios } from './documents.ts'
import type { Monolith } from './format.ts'
import { importPeople } from './people.ts'
import { createReport, type Report } from './report.ts'
import { importComments, importShares } from './talk.ts'

export interface ImportOptions {
  readonly databases: Databases
  /** Names the monolith: the same name at every run finds what earlier ones wrote. */
  readonly source: string
  /** Without it nothing is written, and the report tells what would be. */
  readonly write: boolean
}

/** Takes over everything of a monolith. May be cut off at any row and started again. */
export async function importMonolith(monolith: Monolith, { databases, source, write }: ImportOptions): Promise<Report> {
  const report = createReport()
  const people = await importPeople(monolith.users, { databases, source, write, report })
  const target = { db: databases.scenarios, source, write, report, people }
  const scenarios = await importScenarios(monolith, target)
  await importComments(monolith, scenarios, target)
  await importShares(monolith, scenarios, target)
  return report
}
