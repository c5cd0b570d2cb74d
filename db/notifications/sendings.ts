import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { NotificationsDb } from './schema.ts'

/** A message of unknown outcome is sent once more, and no more. */
const MOST = 2

/**
 * Notes that a message is about to go out, before it does: whoever dies behind this line has perhaps sent it.
 * @param key channel and id of the message
 * @returns false when it was perhaps sent twice already
 */
export async function beginSending(db: Executor<NotificationsDb>, key: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into sendings as s (key, unknown) values (${key}, 1)
    on conflict (key) do update set unknown = s.unknown + 1, updated_at = clock_timestamp() where s.unknown < ${MOST}`.execute(
    db,
  )
  return numAffectedRows === 1n
}

/** It was not taken: that is known. */
export async function takeBackSending(db: Executor<NotificationsDb>, key: string): Promise<void> {
  await sql`update sendings set unknown = unknown - 1, updated_at = clock_timestamp() where key = ${key} and unknown > 0`.execute(
    db,
  )
}

/** Its end stands elsewhere. */
export async function forgetSending(db: Executor<NotificationsDb>, key: string): Promise<void> {
  await db.deleteFrom('sendings').where('key', '=', key).execute()
}
