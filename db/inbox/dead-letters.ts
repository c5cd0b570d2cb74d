import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Executor } from '../connection.ts'
import type { DeadLetterRow, InboxTables } from './schema.ts'

type Db = Executor<InboxTables>

export interface NewDeadLetter {
  readonly topic: string
  readonly group: string
  readonly key: string | null
  readonly body: string
  readonly reason: string
  readonly tries: number
}

export async function keepDeadLetter(db: Db, { group, ...letter }: NewDeadLetter): Promise<void> {
  await db
    .insertInto('dead_letters')
    // Postgres text holds no NUL; a stranger's bytes may.
    .values({ id: uuidv7(), consumer: group, ...letter, body: letter.body.replaceAll('\0', '\uFFFD') })
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
  const { numUpdatedRows } = await db
    .updateTable('dead_letters')
    .set({ replay_wanted_at: sql<Date>`clock_timestamp()` })
    .$if(ids !== undefined, (q) => q.where('id', 'in', ids ?? []))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Takes one that is to be handled again; of two processes one gets it. */
export function claimReplay(trx: Db, consumer: string): Promise<DeadLetterRow | undefined> {
  return trx
    .selectFrom('dead_letters')
    .selectAll()
    .where('consumer', '=', consumer)
    .where('replay_wanted_at', 'is not', null)
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

export async function removeDeadLetter(db: Db, id: string): Promise<void> {
  await db.deleteFrom('dead_letters').where('id', '=', id).execute()
}

/** A replay that failed: it stays, with the new reason. */
export async function noteFailedReplay(db: Db, id: string, reason: string): Promise<void> {
  await db
    .updateTable('dead_letters')
    .set({ reason, replay_wanted_at: null, tries: sql`tries + 1` })
    .where('id', '=', id)
    .execute()
}

export async function countDeadLetters(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from dead_letters`.execute(db)
  return rows[0]?.n ?? 0
}
