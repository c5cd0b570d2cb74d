import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { isVisibleTo, roleOf } from './access.ts'
import { contentColumns, rememberWords } from './content.ts'
import type { NewScenarioFacts, NewVersion, ScenarioContent, ScenarioRow, ScenariosDb, SeenScenario } from './schema.ts'

type Db = Executor<ScenariosDb>
type Trx = Transaction<ScenariosDb>

const now = sql<Date>`clock_timestamp()`

/** How long a deleted scenario can be restored, days; afterwards the schedule removes it. */
export const RESTORE_DAYS = 30

/** Columns that only the database needs. */
const SHOWN = [
  'id',
  'owner_id',
  'title',
  'description',
  'status',
  'tags',
  'language',
  'platform',
  'kind',
  'tone',
  'audience',
  'target_duration_s',
  'hook',
  'cta',
  'disclosure',
  'source',
  'is_demo',
  'template_id',
  'template_version',
  'must_include',
  'must_avoid',
  'est_duration_s',
  'checks',
  'derived_by',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const

/** What a list shows: everything but the script itself. */
export const SUMMARY_COLUMNS = SHOWN.map((column) => `scenarios.${column}` as const)
const WHOLE = [...SUMMARY_COLUMNS, 'scenarios.scenes'] as const

/** Stores a new scenario and its first version. A second one of the same operation violates `scenario_versions_operation_key`. */
export async function insertScenario(
  trx: Trx,
  facts: NewScenarioFacts,
  content: ScenarioContent,
  version: NewVersion,
): Promise<ScenarioRow> {
  const { must_include = [], must_avoid = [] } = facts
  const row = await trx
    .insertInto('scenarios')
    .values({ ...facts, ...contentColumns(content, { must_include, must_avoid }) })
    .returning(WHOLE)
    .executeTakeFirstOrThrow()
  await insertVersion(trx, row, content, version)
  return row
}

/** What a next version changes beside the content; what is absent stays. */
export type ChangedFacts = Partial<
  Pick<NewScenarioFacts, 'source' | 'is_demo' | 'template_id' | 'template_version' | 'must_include' | 'must_avoid'>
>

/**
 * Stores the next version of a scenario, only if it still has version `expected`: the comparison and the write are one statement,
 * so of any number of writers with one ETag exactly one wins. Who may write was decided before.
 * @returns the scenario as it is now, or undefined when it moved on or is deleted
 */
export async function storeNextVersion(
  trx: Trx,
  before: Pick<ScenarioRow, 'id' | 'version' | 'must_include' | 'must_avoid'>,
  content: ScenarioContent,
  version: NewVersion,
  facts: ChangedFacts = {},
): Promise<ScenarioRow | undefined> {
  const requirements = {
    must_include: facts.must_include ?? before.must_include,
    must_avoid: facts.must_avoid ?? before.must_avoid,
  }
  const row = await trx
    .updateTable('scenarios')
    .set({ ...facts, ...contentColumns(content, requirements), version: sql`version + 1`, updated_at: now })
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .where('deleted_at', 'is', null)
    .returning(WHOLE)
    .executeTakeFirst()
  if (row) await insertVersion(trx, row, content, version)
  return row
}

async function insertVersion(trx: Trx, row: ScenarioRow, content: ScenarioContent, version: NewVersion): Promise<void> {
  await trx
    .insertInto('scenario_versions')
    .values({ ...version, scenario_id: row.id, n: row.version, content: JSON.stringify(content) })
    .execute()
  await rememberWords(trx, row.owner_id, content)
}

/** The scenario as this person sees it: foreign, deleted and missing look alike. */
export async function findScenario(db: Db, id: string, personId: string): Promise<SeenScenario | undefined> {
  return seen(
    await db
      .selectFrom('scenarios')
      .select(WHOLE)
      .select(roleOf(personId).as('role'))
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
  )
}

/** A scenario's version and this person's role in it: what a reader of a kept answer must know. */
export function findStand(
  db: Db,
  id: string,
  personId: string,
): Promise<Pick<SeenScenario, 'version' | 'role' | 'title'> | undefined> {
  return db
    .selectFrom('scenarios')
    .select(['version', 'title'])
    .select(roleOf(personId).$castTo<SeenScenario['role']>().as('role'))
    .where('id', '=', id)
    .where(isVisibleTo(personId))
    .executeTakeFirst()
}

/** The person's own deleted scenario while it can be restored. */
export function findDeleted(db: Db, id: string, ownerId: string): Promise<ScenarioRow | undefined> {
  return db
    .selectFrom('scenarios')
    .select(WHOLE)
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where(sql<boolean>`deleted_at > clock_timestamp() - make_interval(days => ${RESTORE_DAYS})`)
    .executeTakeFirst()
}

/** Hides a scenario, only if it still has that version. Returns whether it did. */
export async function deleteScenario(trx: Trx, id: string, version: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('scenarios')
    .set({ deleted_at: now })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export function restoreScenario(db: Db, id: string): Promise<ScenarioRow | undefined> {
  return db.updateTable('scenarios').set({ deleted_at: null }).where('id', '=', id).returning(WHOLE).executeTakeFirst()
}

/** The scenario as it is now, held until the transaction ends: for a change that is to happen whatever the version is. */
export function lockScenario(trx: Trx, id: string): Promise<ScenarioRow | undefined> {
  return trx
    .selectFrom('scenarios')
    .select(WHOLE)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/** Removes for good what was deleted more than 30 days ago, at most `limit` scenarios. Returns how many. */
export async function purgeDeleted(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from scenarios where id in (
      select id from scenarios
      where deleted_at <= clock_timestamp() - make_interval(days => ${RESTORE_DAYS})
      order by deleted_at limit ${limit} for update skip locked
    )`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

const seen = (row: (ScenarioRow & { role: SeenScenario['role'] | null }) | undefined): SeenScenario | undefined =>
  row && row.role !== null ? { ...row, role: row.role } : undefined

/** Whose it is, deleted or not. */
export function findScenarioOwner(db: Db, id: string): Promise<{ owner_id: string } | undefined> {
  return db.selectFrom('scenarios').select('owner_id').where('id', '=', id).executeTakeFirst()
}
