import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type {
  Channel,
  DeliveryRow,
  NotificationRow,
  NotificationsDb,
  NotificationTopic,
  TextMessageRow,
} from './schema.ts'

type Db = Executor<NotificationsDb>
type Trx = Transaction<NotificationsDb>

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
  status: 'sent' | 'failed' | 'suppressed' | 'not_configured',
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
 * Takes all mails of a person that wait for the daily digest, under the name of one of them. Whoever comes second finds its own
 * taken: the first one's workflow sends it.
 * @param apart topics that go into no digest: mandatory ones, and those that the person has switched off meanwhile
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

/** What the person was sent on that channel within the last hour. */
export async function countSent(db: Db, userId: string, channel: Channel): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from deliveries d join notifications n on n.id = d.notification_id
    where n.user_id = ${userId} and d.channel = ${channel} and d.status = 'sent'
      and d.updated_at > clock_timestamp() - interval '1 hour'`.execute(db)
  return rows[0]?.n ?? 0
}

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
      select notification_id from delivery_intents where due_at <= clock_timestamp()
      order by due_at limit ${limit} for update skip locked
    ), claimed as (
      update delivery_intents i
      set tries = i.tries + 1, due_at = clock_timestamp() + least(interval '1 minute', interval '2 seconds' * (2 ^ least(i.tries, 5)))
      from due where i.notification_id = due.notification_id
      returning i.notification_id, i.traceparent
    )
    select n.id as notification_id, n.user_id, claimed.traceparent from claimed join notifications n on n.id = claimed.notification_id`.execute(
    db,
  )
  return rows
}

export async function deleteDeliveryIntents(db: Db, notificationIds: readonly string[]): Promise<void> {
  await db.deleteFrom('delivery_intents').where('notification_id', 'in', notificationIds).execute()
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
