import { sql, type Kysely } from 'kysely'
import { violatedUnique } from '../connection.ts'
import { SKELETONS_BY, skeletonsOf } from './skeleton.ts'

const BATCH = 1_000

type Looks = ReturnType<typeof skeletonsOf>
interface Named {
  readonly id: string
  readonly username: string
}

/**
 * Makes the skeletons of usernames that have none yet or have them by another version of Unicode. Of two people who look alike already
 * the older keeps the look to himself; the other keeps the name, with a skeleton that no name has. Safe to run twice at once.
 */
export async function fillSkeletons(db: Kysely<unknown>): Promise<void> {
  for (;;) {
    const { rows } = await sql<Named>`
      select id, username from profiles where skeletons_by is distinct from ${SKELETONS_BY}
      order by created_at, id limit ${BATCH}`.execute(db)
    if (rows.length === 0) return
    // Somebody who registers at this moment may be faster: then these are looked at again.
    await fill(db, rows).catch((error: unknown) => {
      if (violatedUnique(error) === undefined) throw error
    })
  }
}

async function fill(db: Kysely<unknown>, rows: readonly Named[]): Promise<void> {
  const ids = rows.map(({ id }) => id)
  const made = rows.map(({ id, username }) => ({ id, ...skeletonsOf(username) }))
  const { rows: others } = await sql<Looks>`
    select skeleton, skeleton_lower from profiles where id <> all(${ids}::uuid[]) and (
      skeleton = any(${made.map((one) => one.skeleton)}::text[])
      or skeleton_lower = any(${made.map((one) => one.skeleton_lower)}::text[])
    )`.execute(db)
  const own = (look: keyof Looks): string[] => {
    const taken = new Set(others.map((other) => other[look]))
    return made.map((one) => {
      // A space is in no name.
      const free = taken.has(one[look]) ? `${one[look]} ${one.id}` : one[look]
      taken.add(free)
      return free
    })
  }
  await db.transaction().execute(async (trx) => {
    // What a row of these had may be what another one of them gets, and a unique index looks at each row as it is written.
    await sql`update profiles set skeleton = null, skeleton_lower = null where id = any(${ids}::uuid[])`.execute(trx)
    await sql`
      update profiles p set skeleton = m.skeleton, skeleton_lower = m.skeleton_lower, skeletons_by = ${SKELETONS_BY}
      from unnest(${ids}::uuid[], ${own('skeleton')}::text[], ${own('skeleton_lower')}::text[])
        m (id, skeleton, skeleton_lower)
      where p.id = m.id`.execute(trx)
  })
}
