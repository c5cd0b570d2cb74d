import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { fold } from '../../script/fold.ts'
import type { ScenarioStatus } from '../../script/script.ts'
import type { Executor } from '../connection.ts'
import { isSharedWith, roleOf } from './access.ts'
import { SUMMARY_COLUMNS } from './scenarios.ts'
import type { Role, ScenariosDb, ScenarioSummary } from './schema.ts'

type Db = Executor<ScenariosDb>

export interface ScenarioFilter {
  readonly personId: string
  /** Those of others that are shared with the person, instead of his own. */
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
  return db
    .selectFrom('scenarios')
    .select(SUMMARY_COLUMNS)
    .select((shared ? roleOf(personId).$castTo<Role>() : sql<Role>`'owner'`).as('role'))
    .where('deleted_at', 'is', null)
    .$if(!shared, (q) => q.where('owner_id', '=', personId))
    .$if(shared, (q) => q.where('owner_id', '<>', personId).where(isSharedWith(personId)))
    .$if(status !== undefined, (q) => q.where('status', '=', status as ScenarioStatus))
    .$if(tag !== undefined, (q) => q.where(sql<boolean>`tag_keys @> array[${fold(tag as string)}]`))
    .$if(found !== undefined, (q) => q.where(found as RawBuilder<SqlBool>))
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(updated_at, scenarios.id) < (${before?.updated_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('updated_at', 'desc')
    .orderBy('scenarios.id', 'desc')
    .limit(limit)
    .execute()
}

/** A person's own tags with the number of scenarios that have them, the most used first; the spelling is the first that was used. */
export async function listTags(db: Db, ownerId: string): Promise<{ name: string; count: number }[]> {
  const { rows } = await sql<{ name: string; count: number }>`
    select (array_agg(t.name order by s.created_at, s.id))[1] as name, count(*)::int as count
    from scenarios s, unnest(s.tags, s.tag_keys) as t (name, key)
    where s.owner_id = ${ownerId} and s.deleted_at is null
    group by t.key
    order by count(*) desc, t.key`.execute(db)
  return rows
}
