import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Executor } from '../connection.ts'
import type { NotificationsDb, PushSubscriptionRow } from './schema.ts'

type Db = Executor<NotificationsDb>

/** Browsers of a person: nobody uses more, and each message goes to all of them. */
const MOST = 10
/** Of them at one host: a server that a person names is called no more often than this for one message. */
const MOST_AT_A_HOST = 3

type NewPushSubscription = Pick<PushSubscriptionRow, 'user_id' | 'session_id' | 'endpoint' | 'p256dh' | 'auth'>

const hostOf = (endpoint: string): string => new URL(endpoint).hostname.replace(/\.$/, '')

/**
 * The same endpoint of the same person is the same subscription, with its newest keys and session; of another person it is theirs no more,
 * since whoever sits at that browser now is to be told. Beyond the most there may be, it takes the place of the oldest.
 */
export async function savePushSubscription(
  trx: Transaction<NotificationsDb>,
  subscription: NewPushSubscription,
): Promise<{ row: PushSubscriptionRow; isNew: boolean }> {
  const { endpoint, user_id, ...rest } = subscription
  // Always in this order: two people at one browser, then many browsers of one person, come one after the other.
  for (const lock of [`push at ${endpoint}`, `push of ${user_id}`])
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(trx)
  const again = await trx
    .updateTable('push_subscriptions')
    .set(rest)
    .where('endpoint', '=', endpoint)
    .where('user_id', '=', user_id)
    .returningAll()
    .executeTakeFirst()
  if (again) return { row: again, isNew: false }
  await trx.deleteFrom('push_subscriptions').where('endpoint', '=', endpoint).execute()
  const own = await listPushSubscriptions(trx, user_id)
  const host = hostOf(endpoint)
  const atHost = own.filter((other) => hostOf(other.endpoint) === host)
  const dropped = [...atHost.slice(0, Math.max(0, atHost.length - MOST_AT_A_HOST + 1))]
  const left = own.filter((other) => !dropped.includes(other))
  dropped.push(...left.slice(0, Math.max(0, left.length - MOST + 1)))
  for (const { id } of dropped) await deletePushSubscription(trx, id)
  const row = await trx
    .insertInto('push_subscriptions')
    .values({ id: uuidv7(), ...subscription })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { row, isNew: true }
}

/** Oldest first. */
export function listPushSubscriptions(db: Db, userId: string): Promise<PushSubscriptionRow[]> {
  return db
    .selectFrom('push_subscriptions')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function hasPushSubscription(db: Db, userId: string): Promise<boolean> {
  const first = await db
    .selectFrom('push_subscriptions')
    .select('id')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst()
  return first !== undefined
}

/** @param userId absent: anybody's, since the push service says that it is gone */
export async function deletePushSubscription(db: Db, id: string, userId?: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('push_subscriptions')
    .where('id', '=', id)
    .$if(userId !== undefined, (q) => q.where('user_id', '=', userId as string))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Ends what was subscribed in these sessions: nobody is signed in at those browsers any more. */
export async function deletePushSubscriptionsOf(db: Db, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length > 0) await db.deleteFrom('push_subscriptions').where('session_id', 'in', sessionIds).execute()
}
