import type { Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { roleOf } from './access.ts'
import type { ScenarioContent, ScenarioRow, ScenariosDb, SeenScenario } from './schema.ts'

export interface NewVersion {
  readonly author_id: string
  readonly origin: 'human' | 'ai' | 'restore'
  readonly message: string | null
  readonly operation_id: string | null
}

export interface NewScenarioFacts {
  readonly id: string
  readonly owner_id: string
  readonly source: 'human' | 'ai' | 'mixed'
  readonly is_demo: boolean
  readonly template_id: string | null
}

/** Stores a new scenario and its first version. A second one of the same operation violates `scenario_versions_operation_key`. */
export async function insertScenario(
  trx: Transaction<ScenariosDb>,
  facts: NewScenarioFacts,
  content: ScenarioContent,
  version: NewVersion,
): Promise<ScenarioRow> {
  const row = await trx
    .insertInto('scenarios')
    .values({ ...facts, ...content, scenes: JSON.stringify(content.scenes) })
    .returningAll()
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('scenario_versions')
    .values({ ...version, scenario_id: row.id, n: row.version, content: JSON.stringify(content) })
    .execute()
  return row
}

export function findVersionOfOperation(
  db: Executor<ScenariosDb>,
  operationId: string,
): Promise<{ scenario_id: string; n: number } | undefined> {
  return db
    .selectFrom('scenario_versions')
    .select(['scenario_id', 'n'])
    .where('operation_id', '=', operationId)
    .executeTakeFirst()
}

/** The scenario as this person sees it: foreign, deleted and missing look alike. */
export async function findScenario(
  db: Executor<ScenariosDb>,
  id: string,
  personId: string,
): Promise<SeenScenario | undefined> {
  const row = await db
    .selectFrom('scenarios')
    .selectAll()
    .select(roleOf(personId).as('role'))
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && row.role !== null ? { ...row, role: row.role } : undefined
}
