import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { RETENTION } from '../../retention.ts'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import { toldOn } from '../told.ts'
import type { DeadLetterRow, InboxTables } from './schema.ts'

type Db = Executor<InboxTables>

/** Where it is told that some are to be handled again. */
export const DEAD_LETTERS_CHANNEL = 'dead_letters'

export interface NewDeadLetter {
  readonly topic: string
  readonly group: string
  readonly key: string | null
  readonly body: string
  readonly reason: string
  readonly tries: number
}

/** @param waitsFor the schema of its data: it waits for a process that knows that; absent: it waits for people */
export async function keepDeadLetter(db: Db, { group, ...letter }: NewDeadLetter, waitsFor?: string): Promise<void> {
  await db
    .insertInto('dead_letters')
    .values({
      id: uuidv7(),
      consumer: group,
      ...letter,
      // Postgres text holds no NUL; a stranger's bytes may.
      body: letter.body.replaceAll('\0', '\uFFFD'),
      waits_for: waitsFor ?? null,
    })
    // A newer process may be there already.
    .$if(waitsFor !== undefined, (q) => q.returning(toldOn(DEAD_LETTERS_CHANNEL)))
    .execute()
}

/** Oldest first. */
export function listDeadLetters(db: Db, limit: number): Promise<DeadLetterRow[]> {
  return db.selectFrom('dead_letters').selectAll().orderBy('id').limit(limit).execute()
}

/** @param id as somebody typed it, perhaps no UUID */
export function findDeadLetter(db: Db, id: string): Promise<DeadLetterRow | undefined> {
  return db
    .selectFrom('dead_letters')
    .selectAll()
    .where(sql<string>`id::text`, '=', id.toLowerCase())
    .executeTakeFirst()
}

/** Asks the consumer to handle it again. @param ids absent: all */
export async function wantReplay(db: Db, ids?: readonly string[]): Promise<number> {
  const rows = await db
    .updateTable('dead_letters')
    .set({ replay_wanted_at: sql<Date>`clock_timestamp()` })
    .$if(ids !== undefined, (q) => q.where('id', 'in', ids ?? []))
    .returning(toldOn(DEAD_LETTERS_CHANNEL))
    .execute()
  return rows.length
}

/**
 * One that is to be handled again: somebody asked for it, or it waited for what this process knows. Of two processes both may find it.
 * @param known schemas of data
 */
export function nextReplay(db: Db, consumer: string, known: readonly string[]): Promise<DeadLetterRow | undefined> {
  return db
    .selectFrom('dead_letters')
    .selectAll()
    .where('consumer', '=', consumer)
    .where(({ or, eb }) => or([eb('replay_wanted_at', 'is not', null), eb('waits_for', 'in', known)]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** Those for which no newer process has come in time wait for people from now on. @returns how many */
export async function giveUpWaiting(db: Db, consumer: string): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('dead_letters')
    .set({ waits_for: null })
    .where('consumer', '=', consumer)
    .where('waits_for', 'is not', null)
    .where('created_at', '<', ago(RETENTION.unknownEvents))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function removeDeadLetter(db: Db, id: string): Promise<void> {
  await db.deleteFrom('dead_letters').where('id', '=', id).execute()
}

/** A replay that failed: it stays, with the new reason. */
export async function noteFailedReplay(db: Db, id: string, reason: string): Promise<void> {
  await db
    .updateTable('dead_letters')
    .set({ reason, replay_wanted_at: null, waits_for: null, tries: sql`tries + 1` })
    .where('id', '=', id)
    .execute()
}

/** So many are too many: a figure beyond says no more, and would cost as much as there are. */
const COUNTED = 1_000

/** How many wait for people, and how many for a newer process. */
export async function countDeadLetters(db: Db): Promise<{ dead: number; waiting: number }> {
  const { rows } = await sql<{ dead: number; waiting: number }>`
    select count(*) filter (where waits_for is null)::int as dead, count(waits_for)::int as waiting
    from (select waits_for from dead_letters order by id limit ${COUNTED}) as counted`.execute(db)
  return rows[0] ?? { dead: 0, waiting: 0 }
}
