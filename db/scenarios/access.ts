import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Role } from './schema.ts'

/**
 * The role of a person in the `scenarios` row of the query, or null. The one place in SQL that decides who sees what: every query
 * that serves a person goes through it or through `isVisibleTo`. Links are no persons; they are found by their token.
 */
export const roleOf = (personId: string): RawBuilder<Role | null> =>
  sql<Role | null>`case when scenarios.owner_id = ${personId} then 'owner' else (
    select shares.role from shares
    where shares.scenario_id = scenarios.id and shares.user_id = ${personId} and shares.status = 'active'
  ) end`

/** Whether the person sees the `scenarios` row: an own one, or a shared one; a deleted one is seen by nobody. */
export const isVisibleTo = (personId: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`scenarios.deleted_at is null and (scenarios.owner_id = ${personId} or ${isSharedWith(personId)})`

/** Whether somebody else's `scenarios` row is shared with the person. */
export const isSharedWith = (personId: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (
    select from shares
    where shares.scenario_id = scenarios.id and shares.user_id = ${personId} and shares.status = 'active'
  )`
