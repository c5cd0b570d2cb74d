import { sql, type Transaction } from 'kysely'
import { inDays, RETENTION } from '../../retention.ts'
import { SUMMARY_FIELDS, type ScenarioContent } from '../../script/fields.ts'
import type { Executor } from '../connection.ts'
import { isVisibleTo, roleOf } from './access.ts'
import { contentColumns, rememberWords } from './content.ts'
import type { NewScenarioFacts, NewVersion, Requirements, ScenarioRow, ScenariosDb, SeenScenario } from './schema.ts'

type Db = Executor<ScenariosDb>
type Trx = Transaction<ScenariosDb>

const now = sql<Date>`clock_timestamp()`

/** How long a deleted scenario can be restored, days; afterwards the schedule removes it. */
const RESTORE_DAYS = inDays(RETENTION.deletedScenarios)
export const isRestorable = sql<boolean>`deleted_at > clock_timestamp() - make_interval(days => ${RESTORE_DAYS})`

/** Columns that only the database needs. */
const SHOWN = [
  'id',
  'owner_id',
  ...SUMMARY_FIELDS,
  'source',
  'is_demo',
  'template_id',
  'template_version',
  'must_include',
  'must_avoid',
  'order_facts',
  'reading_ms_per_char',
  'hook_variants',
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
  const { must_include = [], must_avoid = [], order_facts = null, reading_ms_per_char = null } = facts
  const asked = { must_include, must_avoid, order_facts, reading_ms_per_char }
  const columns = { ...factColumns(facts), ...(await contentColumns(content, asked)) }
  const [row] = await Promise.all([
    trx.insertInto('scenarios').values(columns).returning(WHOLE).executeTakeFirstOrThrow(),
    insertVersion(trx, { ...facts, version: 1 }, content, version),
  ])
  return row
}

/** What a next version changes beside the content; what is absent stays. */
export type ChangedFacts = Partial<Omit<NewScenarioFacts, 'id' | 'owner_id'>>

/** Facts as columns take them. */
const factColumns = <Facts extends ChangedFacts>({ hook_variants, ...facts }: Facts) => ({
  ...facts,
  ...(hook_variants && { hook_variants: JSON.stringify(hook_variants) }),
})

/**
 * Stores the next version of a scenario, only if it still has version `expected`: the comparison and the write are one statement,
 * so of any number of writers with one ETag exactly one wins. Who may write was decided before.
 * @returns the scenario as it is now, or undefined when it moved on or is deleted
 */
export async function storeNextVersion(
  trx: Trx,
  before: Pick<ScenarioRow, 'id' | 'version' | keyof Requirements>,
  content: ScenarioContent,
  version: NewVersion,
  facts: ChangedFacts = {},
): Promise<ScenarioRow | undefined> {
  const requirements = {
    must_include: facts.must_include ?? before.must_include,
    must_avoid: facts.must_avoid ?? before.must_avoid,
    order_facts: facts.order_facts === undefined ? before.order_facts : facts.order_facts,
    reading_ms_per_char:
      facts.reading_ms_per_char === undefined ? before.reading_ms_per_char : facts.reading_ms_per_char,
  }
  const row = await trx
    .updateTable('scenarios')
    .set({
      updated_at: now,
      ...factColumns(facts),
      ...(await contentColumns(content, requirements)),
      version: sql`version + 1`,
    })
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .where('deleted_at', 'is', null)
    .returning(WHOLE)
    .executeTakeFirst()
  if (row) await insertVersion(trx, row, content, version)
  return row
}

async function insertVersion(
  trx: Trx,
  { id, owner_id, version: n }: Pick<ScenarioRow, 'id' | 'owner_id' | 'version'>,
  content: ScenarioContent,
  version: NewVersion,
): Promise<void> {
  const stored = trx
    .insertInto('scenario_versions')
    .values({ ...version, scenario_id: id, n, content: JSON.stringify(content) })
    .execute()
  await Promise.all([stored, rememberWords(trx, owner_id, content)])
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

export type SeenVersion = Pick<SeenScenario, 'id' | 'owner_id' | 'version' | 'role' | 'title'>

/** A scenario's version and this person's role in it: what a reader of a kept answer must know. */
export function findVersionAndRole(db: Db, id: string, personId: string): Promise<SeenVersion | undefined> {
  return db
    .selectFrom('scenarios')
    .select(['id', 'owner_id', 'version', 'title'])
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
    .where(isRestorable)
    .executeTakeFirst()
}

/** Hides a scenario, only if it still has that version. Returns whether it did. */
export async function markDeleted(trx: Trx, id: string, version: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('scenarios')
    .set({ deleted_at: now })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Nothing in a person's trash can be restored any more; the schedule that removes what has had its time takes it next. */
export async function emptyTrash(db: Db, ownerId: string): Promise<void> {
  await db
    .updateTable('scenarios')
    .set({ deleted_at: sql`clock_timestamp() - make_interval(days => ${RESTORE_DAYS})` })
    .where('owner_id', '=', ownerId)
    .where(isRestorable)
    .execute()
}

/** Shows it again. */
export function clearDeleted(db: Db, id: string): Promise<ScenarioRow | undefined> {
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

const seen = (row: (ScenarioRow & { role: SeenScenario['role'] | null }) | undefined): SeenScenario | undefined =>
  row && row.role !== null ? { ...row, role: row.role } : undefined

/** Whose it is, deleted or not. */
export function findScenarioOwner(db: Db, id: string): Promise<{ owner_id: string } | undefined> {
  return db.selectFrom('scenarios').select('owner_id').where('id', '=', id).executeTakeFirst()
}
