import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../trace.ts'
import type { Executor } from '../connection.ts'
import { findPreferences, isOn, isRefused } from './preferences.ts'
import { hasPushSubscription } from './push.ts'
import {
  CHANNELS,
  type Channel,
  type DeliveryRow,
  type NotificationRow,
  type NotificationsDb,
  type NotificationTopic,
} from './schema.ts'

/** The stream's connections hear whose list has grown. */
export const NOTIFICATIONS_CHANNEL = 'notifications'

export interface NewNotification {
  readonly user_id: string
  readonly topic: NotificationTopic
  readonly kind: string
  readonly params?: Readonly<Record<string, string | number>>
  readonly title?: string
  readonly body?: string
  /** Which channels the sender wants; absent: those that the person has on. */
  readonly channels?: readonly Channel[] | undefined
  readonly dedupe_key?: string | undefined
}

export interface Created {
  readonly row: NotificationRow
  /** False when the same `dedupe_key` came before. */
  readonly isNew: boolean
}

/**
 * Writes a notification, its deliveries and, where a channel leads outside, the intent to start its workflow. In-app it is
 * delivered by being written.
 */
export async function insertNotification(trx: Transaction<NotificationsDb>, wanted: NewNotification): Promise<Created> {
  const { user_id, topic, kind } = wanted
  // One at a time for each person: the stream reads by number, so that numbers must become visible in their order.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`notifications ${user_id}`}, 0))`.execute(trx)
  const preferences = await findPreferences(trx, user_id)
  const channels = wanted.channels ?? CHANNELS.filter((channel) => isOn(preferences, topic, channel))
  const refused = (channel: Channel) => isRefused(preferences, topic, channel)
  const inserted = await trx
    .insertInto('notifications')
    .values({
      id: uuidv7(),
      user_id,
      topic,
      kind,
      params: JSON.stringify(wanted.params ?? {}),
      title: wanted.title ?? null,
      body: wanted.body ?? null,
      in_app: channels.includes('in_app') && !refused('in_app'),
      dedupe_key: wanted.dedupe_key ?? null,
    })
    .onConflict((c) => c.constraint('notifications_dedupe_key').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!inserted) {
    const first = await trx
      .selectFrom('notifications')
      .selectAll()
      .where('user_id', '=', user_id)
      .where('dedupe_key', '=', wanted.dedupe_key as string)
      .executeTakeFirstOrThrow()
    return { row: first, isNew: false }
  }
  // Most people have no browser subscribed: then there is no workflow to find that out.
  const pushable = channels.includes('web_push') && (await hasPushSubscription(trx, user_id))
  const begin = (channel: Channel): Pick<DeliveryRow, 'channel' | 'status' | 'reason' | 'attempts'> => {
    if (refused(channel)) return { channel, status: 'suppressed', reason: 'switched_off', attempts: 0 }
    if (channel === 'in_app') return { channel, status: 'delivered', reason: null, attempts: 1 }
    if (channel === 'web_push' && !pushable)
      return { channel, status: 'not_configured', reason: 'no_subscription', attempts: 0 }
    return { channel, status: 'queued', reason: null, attempts: 0 }
  }
  const deliveries = channels.map((channel) => ({ notification_id: inserted.id, ...begin(channel) }))
  if (deliveries.length > 0) await trx.insertInto('deliveries').values(deliveries).execute()
  if (deliveries.some(({ status }) => status === 'queued'))
    await trx
      .insertInto('delivery_intents')
      .values({ notification_id: inserted.id, traceparent: currentTrace() })
      .execute()
  if (inserted.in_app) await sql`select pg_notify(${NOTIFICATIONS_CHANNEL}, ${user_id})`.execute(trx)
  return { row: inserted, isNew: true }
}

export function findNotification(db: Executor<NotificationsDb>, id: string): Promise<NotificationRow | undefined> {
  return db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst()
}

export interface ListFilter {
  readonly userId: string
  readonly unread: boolean
  readonly before?: { readonly created_at: string; readonly id: string } | undefined
  readonly limit: number
}

/** Newest first. */
export function listNotifications(db: Executor<NotificationsDb>, filter: ListFilter): Promise<NotificationRow[]> {
  return db
    .selectFrom('notifications')
    .selectAll()
    .where('user_id', '=', filter.userId)
    .where('in_app', '=', true)
    .$if(filter.unread, (q) => q.where('read_at', 'is', null))
    .$if(filter.before !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) < (${filter.before?.created_at}::timestamptz, ${filter.before?.id}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute()
}

/** Oldest first, behind a number of the stream. */
export function listNewer(
  db: Executor<NotificationsDb>,
  userId: string,
  after: string,
  limit: number,
): Promise<NotificationRow[]> {
  return db
    .selectFrom('notifications')
    .selectAll()
    .where('user_id', '=', userId)
    .where('in_app', '=', true)
    .where('seq', '>', sql<string>`${after}::bigint`)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** The number of the person's newest one, '0' without any. */
export async function newestNumber(db: Executor<NotificationsDb>, userId: string): Promise<string> {
  const { rows } = await sql<{ seq: string }>`
    select coalesce(max(seq), 0)::text as seq from notifications where user_id = ${userId} and in_app`.execute(db)
  return rows[0]?.seq ?? '0'
}

export async function countUnread(db: Executor<NotificationsDb>, userId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from notifications where user_id = ${userId} and in_app and read_at is null`.execute(db)
  return rows[0]?.n ?? 0
}

/** Returns false when the person has no such notification. */
export async function markRead(db: Executor<NotificationsDb>, userId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('notifications')
    .set({ read_at: sql<Date>`coalesce(read_at, clock_timestamp())` })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function markAllRead(db: Executor<NotificationsDb>, userId: string): Promise<void> {
  await db
    .updateTable('notifications')
    .set({ read_at: sql<Date>`clock_timestamp()` })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .execute()
}

export function listDeliveries(db: Executor<NotificationsDb>, ids: readonly string[]): Promise<DeliveryRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db.selectFrom('deliveries').selectAll().where('notification_id', 'in', ids).execute()
}

/** Everything of a person. Twice does what once does. */
export async function eraseNotifications(trx: Transaction<NotificationsDb>, userId: string): Promise<number> {
  const { numDeletedRows } = await trx.deleteFrom('notifications').where('user_id', '=', userId).executeTakeFirst()
  for (const table of ['preferences', 'push_subscriptions'] as const)
    await trx.deleteFrom(table).where('user_id', '=', userId).execute()
  await trx.deleteFrom('text_messages').where('account_id', '=', userId).execute()
  return Number(numDeletedRows)
}
