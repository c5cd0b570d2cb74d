import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { NotificationsDb, PushSubscriptionRow } from './schema.ts'

export interface NewPushSubscription {
  readonly user_id: string
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/** The same endpoint again is the same subscription, with its newest keys. */
export async function savePushSubscription(
  trx: Transaction<NotificationsDb>,
  subscription: NewPushSubscription,
): Promise<{ row: PushSubscriptionRow; isNew: boolean }> {
  const id = uuidv7()
  const { p256dh, auth } = subscription
  const row = await trx
    .insertInto('push_subscriptions')
    .values({ id, ...subscription })
    .onConflict((c) => c.constraint('push_subscriptions_endpoint_key').doUpdateSet({ p256dh, auth }))
    .returningAll()
    .executeTakeFirstOrThrow()
  return { row, isNew: row.id === id }
}

export function listPushSubscriptions(db: Executor<NotificationsDb>, userId: string): Promise<PushSubscriptionRow[]> {
  return db.selectFrom('push_subscriptions').selectAll().where('user_id', '=', userId).execute()
}

export async function hasPushSubscription(db: Executor<NotificationsDb>, userId: string): Promise<boolean> {
  const first = await db
    .selectFrom('push_subscriptions')
    .select('id')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst()
  return first !== undefined
}

/** @param userId absent: whoever's it is, since the push service says that it is gone */
export async function deletePushSubscription(
  db: Executor<NotificationsDb>,
  id: string,
  userId?: string,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('push_subscriptions')
    .where('id', '=', id)
    .$if(userId !== undefined, (q) => q.where('user_id', '=', userId as string))
    .executeTakeFirst()
  return numDeletedRows > 0n
}
