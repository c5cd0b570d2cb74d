import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../telemetry/trace.ts'
import { RETENTION } from '../../retention.ts'
import type { Executor } from '../connection.ts'
import { ago, ahead } from '../time.ts'
import { toldOn } from '../told.ts'
import type { PhoneCodeRow, UsersDb } from './schema.ts'

type Db = Executor<UsersDb>

const now = sql<Date>`clock_timestamp()`
const LIFE = ahead(RETENTION.phoneCodes)
/** Of a million codes, with five texts an hour: somebody who guesses has one chance in 40,000 an hour. */
const MAX_TRIES = 5

/** Where it is told that a text was promised. */
export const PHONE_CODES_CHANNEL = 'phone_codes'

/** Promises a text with a code; the one before it is of no use any more. */
export async function promisePhoneCode(
  trx: Transaction<UsersDb>,
  wanted: { user_id: string; session_id: string; phone_number: string; request_id: string },
): Promise<void> {
  await trx.deleteFrom('phone_codes').where('user_id', '=', wanted.user_id).execute()
  await trx
    .insertInto('phone_codes')
    .values({ id: uuidv7(), traceparent: currentTrace(), ...wanted, expires_at: LIFE })
    .onConflict((c) => c.column('user_id').doNothing())
    .returning(toldOn(PHONE_CODES_CHANNEL))
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
 * Keeps the hash of the code that goes out now; again with the same id it is the same one.
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
export function tryPhoneCode(
  db: Db,
  userId: string,
): Promise<{ id: string; code_hash: Buffer; session_id: string | null; created_at: Date } | undefined> {
  return db
    .updateTable('phone_codes')
    .set({ tries: sql`tries + 1` })
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .where('tries', '<', MAX_TRIES)
    .where('code_hash', 'is not', null)
    .returning(['id', 'code_hash', 'session_id', 'created_at'])
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

/** Takes codes whose text was handed over half a minute ago or earlier and is not written yet, while it is of use. */
export async function claimUnsentPhoneCodes(db: Db, limit: number): Promise<{ id: string }[]> {
  // An array: of a table beside it the planner expects a tenth of all that match, whatever the limit, and reads the whole index for that.
  const { rows } = await sql<{ id: string }>`
    update phone_codes set looked_after_at = clock_timestamp() where id = any(array(
      select id from phone_codes
      where handed_over_at is not null and code_hash is null and expires_at > statement_timestamp()
        and coalesce(looked_after_at, handed_over_at) < ${ago(30)}
      order by coalesce(looked_after_at, handed_over_at) limit ${limit} for update skip locked
    ))
    returning id`.execute(db)
  return rows
}

export async function promisePhoneCodeAgain(db: Db, id: string): Promise<void> {
  await db
    .updateTable('phone_codes')
    .set({ handed_over_at: null })
    .where('id', '=', id)
    .returning(toldOn(PHONE_CODES_CHANNEL))
    .execute()
}
