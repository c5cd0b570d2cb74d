import { sql } from 'kysely'
import { UNFILLED } from '../../script/fields.ts'
import type { Executor } from '../connection.ts'
import type { ScenariosDb, VersionRow } from './schema.ts'

type Db = Executor<ScenariosDb>

const HEADER = ['n', 'author_id', 'origin', 'message', 'restored_from', 'created_at'] as const

export type VersionHeader = Pick<VersionRow, (typeof HEADER)[number]>

/** Newest first; `below` is the last number of the page before. */
export function listVersions(
  db: Db,
  scenarioId: string,
  below: number | undefined,
  limit: number,
): Promise<VersionHeader[]> {
  return db
    .selectFrom('scenario_versions')
    .select(HEADER)
    .where('scenario_id', '=', scenarioId)
    .$if(below !== undefined, (q) => q.where('n', '<', below as number))
    .orderBy('n', 'desc')
    .limit(limit)
    .execute()
}

/** A version with the content of then; a field that came up later is there unfilled. */
export async function findVersion(db: Db, scenarioId: string, n: number): Promise<VersionRow | undefined> {
  const row = await db
    .selectFrom('scenario_versions')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .where('n', '=', n)
    .executeTakeFirst()
  return row && { ...row, content: { ...row.content, ...UNFILLED, ...row.content } }
}

export function findVersionOfOperation(
  db: Db,
  operationId: string,
): Promise<{ scenario_id: string; n: number } | undefined> {
  return db
    .selectFrom('scenario_versions')
    .select(['scenario_id', 'n'])
    .where('operation_id', '=', operationId)
    .executeTakeFirst()
}

/** A scene, or a row of one, of any version: a comment on something that an older version had is a comment on this scenario. */
export async function hadPart(db: Db, scenarioId: string, sceneId: string, rowId: string | null): Promise<boolean> {
  const part = [{ id: sceneId, ...(rowId !== null && { rows: [{ id: rowId }] }) }]
  const { rows } = await sql<{ had: boolean }>`
    select exists (
      select from scenario_versions
      where scenario_id = ${scenarioId} and content -> 'scenes' @> ${JSON.stringify(part)}::jsonb
    ) as had`.execute(db)
  return rows[0]?.had ?? false
}
