import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../telemetry/trace.ts'
import type { Executor } from '../connection.ts'
import { toldOn } from '../told.ts'
import { DELIVERIES_CHANNEL } from './deliveries.ts'
import type { NotificationTopic } from '../../notifications/topics.ts'
import type { DeliveryRow, NotificationRow, NotificationsDb } from './schema.ts'

/** The stream's connections hear whose list has grown. */
export const NOTIFICATIONS_CHANNEL = 'notifications'

export interface NewNotification {
  readonly user_id: string
  readonly topic: NotificationTopic
  readonly kind: string
  readonly params?: Readonly<Record<string, string | number>>
  readonly title?: string
  readonly body?: string
  readonly dedupe_key?: string | undefined
  /** Because of whose act; absent: nobody's. */
  readonly sender_id?: string | null | undefined
}

/** One at a time for each person: the stream reads by number, so that numbers must become visible in their order. */
export async function lockNotifications(trx: Transaction<NotificationsDb>, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`notifications ${userId}`}, 0))`.execute(trx)
}

/**
 * Writes a notification under the lock of its person.
 * @param inApp whether it stands in the person's list
 * @returns undefined when the same `dedupe_key` came before
 */
export function insertNotification(
  trx: Transaction<NotificationsDb>,
  wanted: NewNotification,
  inApp: boolean,
): Promise<NotificationRow | undefined> {
  return trx
    .insertInto('notifications')
    .values({
      id: uuidv7(),
      user_id: wanted.user_id,
      topic: wanted.topic,
      kind: wanted.kind,
      params: JSON.stringify(wanted.params ?? {}),
      title: wanted.title ?? null,
      body: wanted.body ?? null,
      in_app: inApp,
      dedupe_key: wanted.dedupe_key ?? null,
      sender_id: wanted.sender_id ?? null,
    })
    .onConflict((c) => c.constraint('notifications_dedupe_key').doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** The first one with this `dedupe_key`. */
export function findDuplicate(
  trx: Transaction<NotificationsDb>,
  { user_id, dedupe_key }: NewNotification,
): Promise<NotificationRow> {
  return trx
    .selectFrom('notifications')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('dedupe_key', '=', dedupe_key as string)
    .executeTakeFirstOrThrow()
}

/** How a channel begins. In-app it is delivered by being written. */
export type DeliveryBeginning = Pick<DeliveryRow, 'channel' | 'status' | 'reason' | 'attempts'>

/** Writes a notification's deliveries and, where one waits to go outside, the intent to start its workflow. */
export async function insertDeliveries(
  trx: Transaction<NotificationsDb>,
  { id: notification_id, user_id, in_app }: NotificationRow,
  deliveries: readonly DeliveryBeginning[],
): Promise<void> {
  const rows = deliveries.map((delivery) => ({ notification_id, ...delivery }))
  const waits = rows.some(({ status }) => status === 'queued')
  const intent = { notification_id, traceparent: currentTrace() }
  await Promise.all([
    rows.length > 0 && trx.insertInto('deliveries').values(rows).execute(),
    waits && trx.insertInto('delivery_intents').values(intent).returning(toldOn(DELIVERIES_CHANNEL)).execute(),
    in_app && sql`select pg_notify(${NOTIFICATIONS_CHANNEL}, ${user_id})`.execute(trx),
  ])
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

/** Whether a number of the stream is one of the person's list. */
export async function standsInList(db: Executor<NotificationsDb>, userId: string, seq: string): Promise<boolean> {
  const row = await db
    .selectFrom('notifications')
    .select('id')
    .where('user_id', '=', userId)
    .where('in_app', '=', true)
    .where('seq', '=', sql<string>`${seq}::bigint`)
    .executeTakeFirst()
  return row !== undefined
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
