import { listImported, keepMark } from '../../db/imported-rows/imported-rows.ts'
import type { Kind } from './report.ts'
import { isUntouched, shareId } from './shares.ts'
import { BATCH, type Target } from './target.ts'

/** Instead of the mark of a row that is no longer in the monolith: said once. */
const GONE = 'gone'

/**
 * What came before and is no longer in the monolith. Access that was taken back there ends here too; everything else stays here, and is
 * told of.
 */
export async function tellGone(target: Target): Promise<void> {
  for (const kind of ['users', 'scenarios', 'comments', 'shares'] as const) await tellGoneOf(kind, target)
}

async function tellGoneOf(kind: Exclude<Kind, 'tags'>, target: Target): Promise<void> {
  const { databases, source, staging, report, write } = target
  const db = kind === 'users' ? databases.auth : databases.scenarios
  for (let after = ''; ;) {
    const page = await listImported(db, { source, kind }, after, BATCH * 10)
    for (const { old_id, mark } of page) {
      if (mark === GONE || staging.has(kind, old_id)) continue
      const ended = kind === 'shares' && (await endShare(old_id, target))
      if (ended) report.change('shares', old_id, 'was taken back there: access ends here too')
      else report.skip(kind, old_id, 'is no longer in the monolith: stays as it is here')
      if (write) await keepMark(db, { source, kind }, old_id, GONE)
    }
    const last = page.at(-1)
    if (!last) return
    after = last.old_id
  }
}

/** @returns whether access by this share ends now; one that was changed here is a share of this place */
async function endShare(name: string, { databases: { scenarios: db }, source, write }: Target): Promise<boolean> {
  const id = shareId(source, name)
  const share = await db
    .selectFrom('shares')
    .select(['status', 'created_at', 'updated_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (share?.status !== 'active' || !isUntouched(share)) return false
  if (write) await db.updateTable('shares').set({ status: 'revoked' }).where('id', '=', id).execute()
  return true
}
