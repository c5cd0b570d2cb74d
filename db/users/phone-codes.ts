import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../trace.ts'
import type { Executor } from '../connection.ts'
import type { PhoneCodeRow, UsersDb } from './schema.ts'

type Db = Executor<UsersDb>

const now = sql<Date>`clock_timestamp()`
/** From asking until the text is written, and again from there until it is typed in. */
const LIFE = sql<Date>`clock_timestamp() + interval '10 minutes'`
/** Of a million codes, with five texts an hour: somebody who guesses has one chance in 40,000 an hour. */
const MOST_TRIES = 5

/** Promises a text with a code; the one before it is of no use any more. */
export async function promisePhoneCode(
  trx: Transaction<UsersDb>,
  wanted: { user_id: string; phone_number: string; request_id: string },
): Promise<void> {
  await trx.deleteFrom('phone_codes').where('user_id', '=', wanted.user_id).execute()
  await trx
    .insertInto('phone_codes')
    .values({ id: uuidv7(), traceparent: currentTrace(), ...wanted, expires_at: LIFE })
    .onConflict((c) => c.column('user_id').doNothing())
    .execute()
}

/** Oldest first. Two relays may take the same one: the workflow's id refuses the second. */
export function listWaitingPhoneCodes(db: Db, limit: number): Promise<PhoneCodeRow[]> {
  return db
    .selectFrom('phone_codes')
    .selectAll()
    .where('handed_over_at', 'is', null)
    .orderBy('created_at')
    .limit(limit)
    .execute()
}

export async function markPhoneCodesHandedOver(db: Db, ids: readonly string[]): Promise<void> {
  await db.updateTable('phone_codes').set({ handed_over_at: now }).where('id', 'in', ids).execute()
}

/**
 * Keeps the hash of the code that goes out now: of several texts with one id the last one counts.
 * @returns where it goes, or undefined when it is too late, or the person has another number by now
 */
export async function openPhoneCode(
  db: Db,
  id: string,
  hash: Buffer,
): Promise<{ user_id: string; phone_number: string; locale: string | null } | undefined> {
  const { rows } = await sql<{ user_id: string; phone_number: string; locale: string | null }>`
    update phone_codes c set code_hash = ${hash}, expires_at = ${LIFE}
    from profiles p
    where c.id = ${id} and c.expires_at > ${now} and p.id = c.user_id and p.phone_number = c.phone_number
    returning c.user_id, c.phone_number, p.locale`.execute(db)
  return rows[0]
}

/** Counts a try, before it is known whether it is right, so that none of many at once is free. Undefined: nothing to try. */
export function tryPhoneCode(db: Db, userId: string): Promise<{ id: string; code_hash: Buffer } | undefined> {
  return db
    .updateTable('phone_codes')
    .set({ tries: sql`tries + 1` })
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .where('tries', '<', MOST_TRIES)
    .where('code_hash', 'is not', null)
    .returning(['id', 'code_hash'])
    .$narrowType<{ code_hash: Buffer }>()
    .executeTakeFirst()
}

/** Uses a code up: the number that it went to is the person's. False when it was used, or the number changed meanwhile. */
export async function provePhone(trx: Transaction<UsersDb>, codeId: string): Promise<boolean> {
  const code = await trx.deleteFrom('phone_codes').where('id', '=', codeId).returningAll().executeTakeFirst()
  if (!code) return false
  const { numUpdatedRows } = await trx
    .updateTable('profiles')
    .set({ phone_verified_at: now })
    .where('id', '=', code.user_id)
    .where('phone_number', '=', code.phone_number)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function removeExpiredPhoneCodes(db: Db): Promise<void> {
  await db.deleteFrom('phone_codes').where('expires_at', '<', now).execute()
}
