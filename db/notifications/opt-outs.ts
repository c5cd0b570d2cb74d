import type { Executor } from '../connection.ts'
import type { NotificationsDb } from './schema.ts'

/** Somebody without an account wants no invitations. Twice changes nothing. */
export async function optOut(db: Executor<NotificationsDb>, mailbox_hash: Buffer): Promise<void> {
  await db
    .insertInto('opt_outs')
    .values({ mailbox_hash })
    .onConflict((c) => c.doNothing())
    .execute()
}

export async function hasOptedOut(db: Executor<NotificationsDb>, mailbox_hash: Buffer): Promise<boolean> {
  const row = await db
    .selectFrom('opt_outs')
    .select('mailbox_hash')
    .where('mailbox_hash', '=', mailbox_hash)
    .executeTakeFirst()
  return row !== undefined
}
