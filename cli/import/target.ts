import type { Transaction } from 'kysely'
import pg from 'pg'
import type { Databases } from '../../db/databases.ts'
import { keepMark, keepMarks } from '../../db/imported-rows/imported-rows.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { deferred, type Report } from './report.ts'
import type { Staging } from './staging.ts'

/** What every part of a run works with. */
export interface Target {
  readonly databases: Pick<Databases, 'auth' | 'users' | 'scenarios'>
  readonly staging: Staging
  /** Names the monolith: the same name at every run finds what earlier ones wrote. */
  readonly source: string
  /** Without it nothing is written, and the report tells what would be. */
  readonly write: boolean
  readonly report: Report
  /** How many rows of a table are done. */
  readonly progress: (table: string, done: number, all: number) => void
  /** The one transaction of the batch that is being written, if it has one. */
  readonly batch?: Batch
}

interface Batch {
  readonly trx: Transaction<ScenariosDb>
  /** Marks of its rows, which are kept together. */
  readonly marks: Map<string, string>
}

/** Rows that are looked up, and written, at a time. */
export const BATCH = 200

/** Classes of errors that are the row's own fault (its data, a constraint, a limit): the others stop the run. */
const OF_THE_ROW = /^(22|23|54)/
const isOfTheRow = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && OF_THE_ROW.test(error.code ?? '')

type Kind = 'users' | 'scenarios' | 'comments' | 'shares'

/**
 * Writes a row, if this run writes. One that the database refuses is told of, and the others go on; within a batch it ends the batch.
 * @returns whether it is there now, or would be
 */
export async function written(
  { write, report, batch }: Pick<Target, 'write' | 'report' | 'batch'>,
  row: { readonly kind: Kind; readonly name: number | string },
  work: () => Promise<unknown>,
): Promise<boolean> {
  if (!write) return true
  try {
    await work()
    return true
  } catch (error) {
    if (batch || !isOfTheRow(error)) throw error
    report.skip(
      row.kind,
      row.name,
      `the database refused it (${error.code}${error.constraint ? `, ${error.constraint}` : ''})`,
    )
    return false
  }
}

/**
 * Writes a row and its mark: in the transaction of its batch, else in one of its own.
 * @param work whether it is here now as it is in the monolith; else it keeps no mark, and the next run tells of it
 */
export async function writeMarked(
  { databases: { scenarios: db }, source, batch }: Target,
  { kind, name, mark }: { readonly kind: Kind; readonly name: number | string; readonly mark: string },
  work: (trx: Transaction<ScenariosDb>) => Promise<boolean>,
): Promise<void> {
  if (batch) {
    if (await work(batch.trx)) batch.marks.set(String(name), mark)
  } else
    await db.transaction().execute(async (trx) => {
      if (await work(trx)) await keepMark(trx, { source, kind }, name, mark)
    })
}

/**
 * Does the work of a batch in one transaction: a disk is waited for once, not for each row. Where the database refuses one of its rows, all
 * of it is done again, each row in a transaction of its own. Cut off anywhere, nothing of the batch is there, and nothing was told of it.
 */
export async function inBatch(target: Target, kind: Kind, work: (target: Target) => Promise<void>): Promise<void> {
  const { write, databases, source, staging } = target
  if (!write) return work(target)
  const { report, tell } = deferred(target.report)
  const came: Parameters<Staging['came']>[] = []
  const noting = { ...staging, came: (...row: Parameters<Staging['came']>) => void came.push(row) }
  try {
    await databases.scenarios.transaction().execute(async (trx) => {
      const marks = new Map<string, string>()
      await work({ ...target, report, staging: noting, batch: { trx, marks } })
      if (marks.size > 0) await keepMarks(trx, { source, kind }, marks)
    })
  } catch (error) {
    if (!isOfTheRow(error)) throw error
    return work(target)
  }
  for (const row of came) staging.came(...row)
  tell()
}
