import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { fold } from '../../script/fold.ts'
import type { ScenarioStatus } from '../../script/script.ts'
import type { Executor } from '../connection.ts'
import { isSharedWith, roleOf } from './access.ts'
import { isRestorable, SUMMARY_COLUMNS } from './scenarios.ts'
import type { Role, ScenariosDb, ScenarioSummary } from './schema.ts'

type Db = Executor<ScenariosDb>

export interface ScenarioFilter {
  readonly personId: string
  /** Those of others that are shared with the person, instead of the person's own. */
  readonly shared: boolean
  readonly status?: ScenarioStatus | undefined
  readonly tag?: string | undefined
  /** A condition from `db/scenarios/search.ts`. */
  readonly found?: RawBuilder<SqlBool> | undefined
  /** The last row of the page before. */
  readonly before?: { readonly updated_at: string; readonly id: string } | undefined
  readonly limit: number
}

export type ListedScenario = ScenarioSummary & { readonly role: Role }

/** Newest change first. Without the scripts, which are most of a row and are not shown in lists. */
export function listScenarios(db: Db, filter: ScenarioFilter): Promise<ListedScenario[]> {
  const { personId, shared, status, tag, found, before, limit } = filter
  const key = tag === undefined ? undefined : fold(tag)
  // One's own with a tag are read in the order of that tag, so that none without it are looked at.
  const byTag = key !== undefined && !shared
  const place = byTag
    ? sql`(scenario_tags.updated_at, scenario_tags.scenario_id)`
    : sql`(scenarios.updated_at, scenarios.id)`
  return db
    .selectFrom('scenarios')
    .select(SUMMARY_COLUMNS)
    .select((shared ? roleOf(personId).$castTo<Role>() : sql<Role>`'owner'`).as('role'))
    .where('deleted_at', 'is', null)
    .$if(byTag, (q) =>
      q
        .innerJoin('scenario_tags', 'scenario_tags.scenario_id', 'scenarios.id')
        .where(sql<boolean>`scenario_tags.owner_id = ${personId} and scenario_tags.key = ${key}`),
    )
    .$if(!byTag && !shared, (q) => q.where('scenarios.owner_id', '=', personId))
    .$if(shared, (q) => q.where('scenarios.owner_id', '<>', personId).where(isSharedWith(personId)))
    .$if(shared && key !== undefined, (q) => q.where(sql<boolean>`tag_keys @> array[${key}]`))
    .$if(status !== undefined, (q) => q.where('status', '=', status as ScenarioStatus))
    .$if(found !== undefined, (q) => q.where(found as RawBuilder<SqlBool>))
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`${place} < (${before?.updated_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy(byTag ? sql`scenario_tags.updated_at` : sql`scenarios.updated_at`, 'desc')
    .orderBy(byTag ? sql`scenario_tags.scenario_id` : sql`scenarios.id`, 'desc')
    .limit(limit)
    .execute()
}

/** A person's own tags with the number of scenarios that have them, the most used first; the spelling is that of the oldest scenario. */
export async function listTags(db: Db, ownerId: string): Promise<{ name: string; count: number }[]> {
  const { rows } = await sql<{ name: string; count: number }>`
    select (array_agg(name order by scenario_id))[1] as name, count(*)::int as count
    from scenario_tags
    where owner_id = ${ownerId}
    group by key
    order by count(*) desc, key`.execute(db)
  return rows
}

/** What a person has deleted and can still restore. */
export interface Deleted {
  readonly id: string
  readonly title: string
  readonly deleted_at: Date
}

/** The last deleted first. `before` is the last row of the page before. */
export function listDeleted(
  db: Db,
  ownerId: string,
  before: { readonly created_at: string; readonly id: string } | undefined,
  limit: number,
): Promise<Deleted[]> {
  return db
    .selectFrom('scenarios')
    .select(['id', 'title'])
    .select(sql<Date>`deleted_at`.as('deleted_at'))
    .where('owner_id', '=', ownerId)
    .where(isRestorable)
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(deleted_at, id) < (${before?.created_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('deleted_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
