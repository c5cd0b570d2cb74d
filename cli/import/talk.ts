import { clampText } from '../../script/clean.ts'
import type { Target } from './documents.ts'
import type { Monolith } from './format.ts'
import { idOf } from './ids.ts'

type OldComment = Monolith['comments'][number]

/** The first comment of a thread, whatever the depth; undefined when the chain is broken or a ring. */
function rootOf(comment: OldComment, all: ReadonlyMap<number, OldComment>): OldComment | undefined {
  const seen = new Set<number>()
  let at: OldComment | undefined = comment
  while (at?.parent_id) {
    if (seen.has(at.id)) return undefined
    seen.add(at.id)
    at = all.get(at.parent_id)
  }
  return at
}

/** Comments, with the deeper threads of the monolith brought to one level. Parents go first. */
export async function importComments(
  { comments }: Monolith,
  scenarios: ReadonlyMap<number, string>,
  target: Target,
): Promise<void> {
  const { db, source, people, write, report } = target
  const all = new Map(comments.map((comment) => [comment.id, comment]))
  const at = (comment: OldComment) => comment.created_at ?? new Date('2025-01-01T00:00:00.000Z')
  const id = (comment: OldComment) => idOf(source, 'comments', comment.id, at(comment))
  for (const comment of comments.toSorted(
    (a, b) => Number(Boolean(a.parent_id)) - Number(Boolean(b.parent_id)) || a.id - b.id,
  )) {
    const [scenario_id, author_id] = [scenarios.get(comment.scenario_id), people.get(comment.user_id)]
    const body = comment.content.normalize('NFC').trim()
    const root = rootOf(comment, all)
    if (!scenario_id || !author_id) report.skip('comments', comment.id, 'its scenario or author was not taken over')
    else if (body === '') report.skip('comments', comment.id, 'it is empty')
    else if (!root || root.scenario_id !== comment.scenario_id)
      report.skip('comments', comment.id, 'its thread is broken')
    else {
      if (body.length > 5_000) report.note('comments', comment.id, 'was cut to 5,000 characters')
      const there = await db.selectFrom('comments').select('id').where('id', '=', id(comment)).executeTakeFirst()
      report.count('comments', there ? 'there' : 'new')
      if (there || !write) continue
      const parent =
        root === comment
          ? undefined
          : await db.selectFrom('comments').select('id').where('id', '=', id(root)).executeTakeFirst()
      await db
        .insertInto('comments')
        .values({
          id: id(comment),
          scenario_id,
          author_id,
          parent_id: parent?.id ?? null,
          body: clampText(body, 5_000),
          scene_id: null,
          created_at: at(comment),
          updated_at: at(comment),
        })
        .onConflict((c) => c.column('id').doNothing())
        .execute()
    }
  }
}

const ROLES = { view: 'viewer', comment: 'commenter', edit: 'editor' } as const

/** Shares: by account, active at once. One that was revoked here since stays revoked. */
export async function importShares(
  { scenario_shares, scenarios: old }: Monolith,
  scenarios: ReadonlyMap<number, string>,
  target: Target,
): Promise<void> {
  const { db, source, people, write, report } = target
  const owners = new Map(old.map((scenario) => [scenario.id, scenario.user_id]))
  for (const share of scenario_shares) {
    const name = `${share.scenario_id}/${share.user_id}`
    const [scenario_id, user_id] = [scenarios.get(share.scenario_id), people.get(share.user_id)]
    const owner = people.get(owners.get(share.scenario_id) ?? 0)
    if (!scenario_id || !user_id || !owner) {
      report.skip('shares', name, 'its scenario or person was not taken over')
      continue
    }
    if (owner === user_id) {
      report.skip('shares', name, 'it is with the owner')
      continue
    }
    const known = Object.hasOwn(ROLES, share.permission)
    if (!known) report.note('shares', name, 'the permission is unknown and became viewer')
    const role = known ? ROLES[share.permission as keyof typeof ROLES] : 'viewer'
    const id = idOf(source, 'scenario_shares', name, new Date('2025-01-01T00:00:00.000Z'))
    const there = await db.selectFrom('shares').select('id').where('id', '=', id).executeTakeFirst()
    report.count('shares', there ? 'there' : 'new')
    if (there || !write) continue
    const row = {
      id,
      scenario_id,
      user_id,
      email: null,
      token_hash: null,
      role,
      status: 'active' as const,
      created_by: owner,
      expires_at: null,
    }
    await db
      .insertInto('shares')
      .values(row)
      .onConflict((c) => c.doNothing())
      .execute()
  }
}
