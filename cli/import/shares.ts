import { sql } from 'kysely'
import { findMarks } from '../../db/imported-rows/imported-rows.ts'
import type { ShareRow } from '../../db/scenarios/schema.ts'
import { batches } from './batches.ts'
import { EPOCH_MS, idOf, markOf } from './ids.ts'
import type { OldShare } from './staging.ts'
import { BATCH, inBatch, writeMarked, written, type Target } from './target.ts'

type GivenRole = ShareRow['role']

const ROLES: Readonly<Record<string, GivenRole>> = { view: 'viewer', comment: 'commenter', edit: 'editor' }
/** Each may what the one before may. */
const STRENGTH: readonly GivenRole[] = ['viewer', 'commenter', 'editor']

const shareName = ({ scenario_id, user_id }: Pick<OldShare, 'scenario_id' | 'user_id'>): string =>
  `${scenario_id}/${user_id}`
export const shareId = (source: string, name: string): string => idOf(source, 'scenario_shares', name, EPOCH_MS)

/** Nobody has changed it here since it came. */
export const isUntouched = (share: Pick<ShareRow, 'created_at' | 'updated_at'>): boolean =>
  share.created_at.getTime() === share.updated_at.getTime()

/** What is here of a share: the one that came before, or another one of the same person and script. */
type There = Pick<ShareRow, 'id' | 'scenario_id' | 'user_id' | 'role' | 'status' | 'created_at' | 'updated_at'>

interface Pair {
  readonly old: OldShare
  readonly name: string
  readonly id: string
  readonly scenario_id: string | undefined
  readonly user_id: string | undefined
}

/**
 * Shares: by account, active at once. Of a share that was given twice the stronger role counts, and a role that changes there later changes
 * here. One that was changed or revoked here stays as it is.
 */
export async function importShares(target: Target): Promise<void> {
  const { staging, source, progress } = target
  const all = staging.count('scenario_shares')
  let done = 0
  for (const batch of batches(staging.shares(), BATCH)) {
    const pairs = batch.map((old): Pair => {
      const name = shareName(old)
      return {
        old,
        name,
        id: shareId(source, name),
        scenario_id: staging.newId('scenarios', old.scenario_id)?.id,
        user_id: staging.newId('users', old.user_id)?.id,
      }
    })
    const here = await lookUp(pairs, target)
    await inBatch(target, 'shares', async (within) => {
      for (const pair of pairs) await importShare(pair, here, within)
    })
    done += batch.reduce((sum, { permissions }) => sum + permissions.length, 0)
    progress('shares', done, all)
  }
}

interface Here {
  readonly byId: ReadonlyMap<string, There>
  readonly byPair: ReadonlyMap<string, There>
  readonly marks: ReadonlyMap<string, string>
}

async function lookUp(pairs: readonly Pair[], { databases: { scenarios: db }, source }: Target): Promise<Here> {
  const ids = pairs.map(({ id }) => id)
  const scenarios = [...new Set(pairs.flatMap(({ scenario_id }) => scenario_id ?? []))]
  const people = [...new Set(pairs.flatMap(({ user_id }) => user_id ?? []))]
  const rows = await db
    .selectFrom('shares')
    .select(['id', 'scenario_id', 'user_id', 'role', 'status', 'created_at', 'updated_at'])
    .where((e) =>
      e.or([
        sql<boolean>`id = any(${ids}::uuid[])`,
        sql<boolean>`(scenario_id = any(${scenarios}::uuid[]) and user_id = any(${people}::uuid[]) and status <> 'revoked')`,
      ]),
    )
    .execute()
  const names = pairs.map(({ name }) => name)
  return {
    byId: new Map(rows.map((row) => [row.id, row])),
    byPair: new Map(
      rows.filter((row) => row.status !== 'revoked').map((row) => [`${row.scenario_id}/${row.user_id}`, row]),
    ),
    marks: await findMarks(db, { source, kind: 'shares' }, names),
  }
}

function roleOf({ permissions }: OldShare): { role: GivenRole; notes: string[] } {
  const notes: string[] = []
  const roles = permissions.map((one) => (one !== null && Object.hasOwn(ROLES, one) ? ROLES[one]! : undefined))
  if (roles.includes(undefined)) notes.push('the permission is unknown and became viewer')
  const role = STRENGTH.findLast((one) => roles.includes(one)) ?? 'viewer'
  if (permissions.length > 1) notes.push(`was given ${permissions.length} times: the strongest role counts, ${role}`)
  return { role, notes }
}

async function importShare(pair: Pair, here: Here, target: Target): Promise<void> {
  const { staging, report } = target
  const { old, name, id, scenario_id, user_id } = pair
  if (!scenario_id || !user_id) return report.skip('shares', name, 'its scenario or person was not taken over')
  const owner = staging.ownerOf(old.scenario_id)
  if (owner === undefined || owner === user_id) return report.skip('shares', name, 'it is with the owner')
  const { role, notes } = roleOf(old)
  const there = here.byId.get(id)
  const other = here.byPair.get(`${scenario_id}/${user_id}`)
  const before = here.marks.get(name)
  const mark = markOf(role)
  if (there && mark === before) return report.count('shares', 'there')
  if (!there && before !== undefined) return report.skip('shares', name, 'was removed here since: does not come again')

  const given =
    other && other.id !== id ? `is shared with this person here already, as ${other.role}: left so` : undefined
  const left =
    given ?? (there && !isUntouched(there) ? 'changed there, and was changed here too: left as it is here' : undefined)
  const done = await written(target, { kind: 'shares', name }, () =>
    writeMarked(target, { kind: 'shares', name, mark }, async (trx) => {
      const now = new Date()
      if (left === undefined && there)
        await trx
          .updateTable('shares')
          .set({ role, status: 'active' })
          .where('id', '=', id)
          .where(sql<boolean>`updated_at = created_at`)
          .execute()
      else if (left === undefined)
        await trx
          .insertInto('shares')
          .values({
            id,
            scenario_id,
            user_id,
            email: null,
            token_hash: null,
            role,
            status: 'active',
            created_by: owner,
            expires_at: null,
            created_at: now,
            updated_at: now,
          })
          .execute()
      return given === undefined
    }),
  )
  if (!done) return
  for (const note of left === undefined ? notes : [left]) report.note('shares', name, note)
  if (left !== undefined) report.count('shares', 'there')
  else if (there) report.change('shares', name, `${there.role} became ${role}`)
  else report.count('shares', 'new')
}
