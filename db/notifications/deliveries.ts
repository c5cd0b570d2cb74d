import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import { toldOn } from '../told.ts'
import type { Channel, NotificationTopic } from '../../notifications/topics.ts'
import type { DeliveryRow, NotificationRow, NotificationsDb, TextMessageRow } from './schema.ts'

type Db = Executor<NotificationsDb>
type Trx = Transaction<NotificationsDb>

/** How a delivery outside ends. */
export type Ended = Exclude<DeliveryRow['status'], 'queued' | 'delivered'>

const now = sql<Date>`clock_timestamp()`

export function listQueued(db: Db, notificationId: string): Promise<DeliveryRow[]> {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('notification_id', '=', notificationId)
    .where('status', '=', 'queued')
    .orderBy('channel')
    .execute()
}

export function findDelivery(db: Db, notificationId: string, channel: Channel): Promise<DeliveryRow | undefined> {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('notification_id', '=', notificationId)
    .where('channel', '=', channel)
    .executeTakeFirst()
}

/** Counted before the call goes out: one that is never answered was perhaps sent. */
export async function countAttempt(db: Db, ids: readonly string[], channel: Channel): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ attempts: sql`attempts + 1`, updated_at: now })
    .where('notification_id', 'in', ids)
    .where('channel', '=', channel)
    .where('status', '=', 'queued')
    .execute()
}

/** Ends open deliveries. @returns those that were open, so that a second call tells nobody again */
export async function endDeliveries(
  trx: Trx,
  ids: readonly string[],
  channel: Channel,
  status: Ended,
  reason: string | null = null,
): Promise<string[]> {
  const rows = await trx
    .updateTable('deliveries')
    .set({ status, reason, updated_at: now })
    .where('notification_id', 'in', ids)
    .where('channel', '=', channel)
    .where('status', '=', 'queued')
    .returning('notification_id')
    .execute()
  return rows.map((row) => row.notification_id)
}

/**
 * Takes all mails of a person that wait for the daily digest, under the name of one of them. The second one finds its own
 * taken: the first one's workflow sends it.
 * @param apart topics that go into no digest, or not into this one. Nor does what waits for its sender to prove an address
 */
export async function claimDigest(
  trx: Trx,
  leader: NotificationRow,
  apart: readonly NotificationTopic[],
): Promise<NotificationRow[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`digest ${leader.user_id}`}, 0))`.execute(trx)
  await sql`
    update deliveries d set digest_id = ${leader.id}
    from notifications n
    where n.id = d.notification_id and n.user_id = ${leader.user_id} and d.channel = 'email' and d.status = 'queued'
      and d.digest_id is null and not n.topic = any(${apart})
      and (d.cleared_at is not null or n.sender_id is null or n.sender_id in (n.user_id, ${leader.sender_id}))
      and not exists (select from deliveries own where own.notification_id = ${leader.id} and own.channel = 'email' and own.digest_id is not null)`.execute(
    trx,
  )
  return trx
    .selectFrom('notifications')
    .innerJoin('deliveries', 'deliveries.notification_id', 'notifications.id')
    .selectAll('notifications')
    .where('deliveries.digest_id', '=', leader.id)
    .where('deliveries.channel', '=', 'email')
    .where('deliveries.status', '=', 'queued')
    .orderBy('notifications.created_at')
    .execute()
}

/** When the person last got a mail of that topic. @param within only so many seconds back */
export async function lastMailed(
  db: Db,
  userId: string,
  topic: NotificationTopic,
  within: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(d.updated_at) as at from deliveries d join notifications n on n.id = d.notification_id
    where n.user_id = ${userId} and n.topic = ${topic} and d.channel = 'email' and d.status = 'sent'
      and d.updated_at > ${ago(within)}`.execute(db)
  return rows[0]?.at ?? undefined
}

/** Whoever caused it has proven an address. */
export async function markCleared(db: Db, notificationId: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ cleared_at: now })
    .where('notification_id', '=', notificationId)
    .where('status', '=', 'queued')
    .execute()
}

/** Notifications that wait for this person to prove an address. */
export async function listHeldBy(db: Db, senderId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('notifications')
    .innerJoin('deliveries', 'deliveries.notification_id', 'notifications.id')
    .select('notifications.id')
    .distinct()
    .where('notifications.sender_id', '=', senderId)
    .whereRef('notifications.user_id', '!=', 'notifications.sender_id')
    .where('deliveries.status', '=', 'queued')
    .where('deliveries.cleared_at', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

/** Where it is told that the workflow of a notification is to be started. */
export const DELIVERIES_CHANNEL = 'delivery_intents'

/** A notification whose workflow is to be started. */
export interface DueIntent {
  readonly notification_id: string
  readonly user_id: string
  readonly traceparent: string | null
}

/** Takes due intents and puts them off, so that a starter that dies at work leaves them to the next one. */
export async function claimDeliveryIntents(db: Db, limit: number): Promise<DueIntent[]> {
  const { rows } = await sql<DueIntent>`
    with due as (
      select notification_id from delivery_intents where due_at <= ${ago(0)}
      order by due_at limit ${limit} for update skip locked
    ), claimed as (
      update delivery_intents i
      set tries = i.tries + 1, due_at = clock_timestamp() + least(interval '1 minute', interval '2 seconds' * (2 ^ least(i.tries, 5)))
      from due where i.notification_id = due.notification_id
      returning i.notification_id, i.traceparent
    )
    select n.id as notification_id, n.user_id, claimed.traceparent
    from claimed join notifications n on n.id = claimed.notification_id
    order by n.created_at`.execute(db)
  return rows
}

export async function deleteDeliveryIntents(db: Db, notificationIds: readonly string[]): Promise<void> {
  await db.deleteFrom('delivery_intents').where('notification_id', 'in', notificationIds).execute()
}

/** Makes due what was put off, as of when it was promised, so that the oldest goes first. */
export async function hurryDeliveryIntents(db: Db): Promise<void> {
  await sql`
    update delivery_intents i set due_at = n.created_at from notifications n
    where n.id = i.notification_id and i.tries > 0 and i.due_at > n.created_at`.execute(db)
}

/** A notification some of whose deliveries are open. */
export interface OpenNotification {
  readonly id: string
  /** Those that no other notification's digest takes along. */
  readonly channels: readonly Channel[]
}

/** Takes notifications with deliveries that have been open for five minutes and that no intent will start. */
export async function claimOpenDeliveries(db: Db, limit: number): Promise<OpenNotification[]> {
  const { rows } = await sql<OpenNotification>`
    with open as (
      select notification_id, channel from deliveries d
      where status = 'queued' and looked_after_at < ${ago(300)}
        and not exists (select from delivery_intents i where i.notification_id = d.notification_id)
      order by looked_after_at limit ${limit} for update skip locked
    ), claimed as (
      update deliveries d set looked_after_at = clock_timestamp() from open
      where d.notification_id = open.notification_id and d.channel = open.channel
      returning d.notification_id, d.channel, d.digest_id
    )
    select notification_id as id,
      coalesce(array_agg(channel) filter (where digest_id is null or digest_id = notification_id), '{}') as channels
    from claimed group by notification_id`.execute(db)
  return rows
}

/** Promises the workflow of a notification once more. */
export async function promiseDeliveryAgain(db: Db, notificationId: string): Promise<void> {
  await sql`
    insert into delivery_intents (notification_id) select id from notifications where id = ${notificationId}
    on conflict do nothing returning ${toldOn(DELIVERIES_CHANNEL)}`.execute(db)
}

/** Deliveries outside that have not ended, by channel. */
export async function countWaitingDeliveries(db: Db): Promise<{ channel: Channel; n: number }[]> {
  const { rows } = await sql<{ channel: Channel; n: number }>`
    select channel, count(*)::int as n from deliveries where status = 'queued' group by channel`.execute(db)
  return rows
}

/** Keeps a text message that no provider is configured for. */
export async function keepTextMessage(
  db: Db,
  message: { id: string; account_id: string; recipient: string; text: string; segments: number },
): Promise<void> {
  await db
    .insertInto('text_messages')
    .values(message)
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

/** Newest first. */
export function listTextMessages(db: Db, limit: number): Promise<TextMessageRow[]> {
  return db.selectFrom('text_messages').selectAll().orderBy('created_at', 'desc').limit(limit).execute()
}

/** Those that would have gone in the mail of this one. */
export async function listDigested(db: Db, leaderId: string, channel: Channel): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select('notification_id')
    .where('digest_id', '=', leaderId)
    .where('channel', '=', channel)
    .execute()
  return rows.map((row) => row.notification_id)
}
