import type { Kysely } from 'kysely'
import type { AiDb } from '../../db/ai/schema.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { ReplayError } from './installation.ts'

export interface RunFilter {
  readonly code?: string | undefined
  readonly stage?: string | undefined
  /** Hours back from now. */
  readonly hours: number
  readonly limit: number
}

const failed = (db: Kysely<AiDb>, { code, stage, hours }: RunFilter) =>
  db
    .selectFrom('operations')
    .where('status', '=', 'failed')
    .where('updated_at', '>', new Date(Date.now() - hours * 3_600_000))
    .$if(code !== undefined, (q) => q.where('error_code', '=', code as string))
    .$if(stage !== undefined, (q) => q.where('stage', '=', stage as string))

/** Failed runs, newest first, as many as the limit allows. */
export const failedRuns = (db: Kysely<AiDb>, filter: RunFilter): Promise<OperationRow[]> =>
  failed(db, filter).selectAll().orderBy('updated_at', 'desc').limit(filter.limit).execute()

/** How many failed with which code at which stage, the most first. The limit does not count. */
export const countFailed = (db: Kysely<AiDb>, filter: RunFilter) =>
  failed(db, filter)
    .select(['error_code', 'stage', (eb) => eb.fn.countAll<string>().as('runs')])
    .groupBy(['error_code', 'stage'])
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .orderBy('error_code')
    .execute()

/** @throws ReplayError */
export async function findRun(db: Kysely<AiDb>, id: string): Promise<OperationRow> {
  const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new ReplayError(`There is no run ${id} in the database of ai. "replay list" shows failed ones.`)
  return row
}

/** «code=ai.timeout stage=writing hours=48»: what `--query` takes. @throws ReplayError */
export function parseQuery(text: string): RunFilter {
  const parts = text.split(/[\s,]+/).filter(Boolean)
  const fields = new Map(parts.map((p) => p.split('=') as [string, string]))
  const unknown = [...fields.keys()].filter((k) => !['code', 'stage', 'hours', 'limit'].includes(k))
  if (unknown.length > 0)
    throw new ReplayError(`--query takes code=, stage=, hours= and limit=, not ${unknown.join(', ')}`)
  const number = (name: string, fallback: number) => {
    const value = Number(fields.get(name) ?? fallback)
    if (!Number.isFinite(value) || value <= 0) throw new ReplayError(`${name} must be a number above 0`)
    return value
  }
  return {
    code: fields.get('code'),
    stage: fields.get('stage'),
    hours: number('hours', 24 * 7),
    limit: number('limit', 50),
  }
}
