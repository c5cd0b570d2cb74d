import type { Kysely, Transaction } from 'kysely'
import { noteEvent } from '../db/inbox/inbox.ts'
import { endDeliveries, type Ended } from '../db/notifications/deliveries.ts'
import {
  findDuplicate,
  findNotification,
  insertDeliveries,
  insertNotification,
  lockNotifications,
  type DeliveryBeginning,
  type NewNotification,
} from '../db/notifications/notifications.ts'
import { NOTIFICATIONS_PERSONAL_DATA } from '../db/notifications/personal-data.ts'
import { findPreferences, type Preferences } from '../db/notifications/preferences.ts'
import { deletePushSubscriptionsOf, hasPushSubscription } from '../db/notifications/push.ts'
import type { NotificationRow, NotificationsDb } from '../db/notifications/schema.ts'
import { erasePersonalData } from '../db/personal-data.ts'
import { isErased, markErased } from '../db/retention/erased-people.ts'
import { readEvent, type Envelope } from '../events/envelope.ts'
import { appendEvent } from '../events/outbox.ts'
import type { SignIn } from '../internal/client.ts'
import { planNotifications } from '../notifications/rules.ts'
import { count } from '../telemetry/tally.ts'
import {
  CHANNEL_NAMES,
  isMandatory,
  isOn,
  isRefused,
  type Channel,
  type OutsideChannel,
} from '../notifications/topics.ts'

const NOTIFICATIONS_GROUP = 'notifications'

/**
 * What the notification service does with an event: in one transaction it notes the event, writes what people see of it, and
 * promises the workflows that reach them elsewhere. The same event again changes nothing.
 * @param signInOf where a session was begun
 * @throws PoisonMessage for what is no event that this process knows
 */
export async function handleEvent(
  db: Kysely<NotificationsDb>,
  envelope: Envelope,
  signInOf: (sessionId: string) => Promise<SignIn | undefined>,
): Promise<void> {
  const event = readEvent(envelope)
  // Again, it finds nothing.
  if (event.type === 'sessions_ended') return deletePushSubscriptionsOf(db, event.data.session_ids)
  // Where it was stands in no event; it is asked for before the transaction.
  const signIn = event.type === 'user_logged_in_anew' ? await signInOf(event.data.session_id) : undefined
  const planned = planNotifications(event, signIn)
  // Most events are nothing to tell anybody of: no transaction to find that out.
  if (planned.length === 0 && event.type !== 'user_erased') return
  if (event.type === 'user_erased') {
    const { user_id: id } = event.data
    await markErased(db, id)
    await erasePersonalData(db, NOTIFICATIONS_PERSONAL_DATA, { id, email: null })
  }
  await db.transaction().execute(async (trx) => {
    const erased = ({ user_id, sender_id }: (typeof planned)[number]) =>
      Promise.all([user_id, ...(sender_id === undefined ? [] : [sender_id])].map((id) => isErased(trx, id)))
    const [isNew, ...gone] = await Promise.all([noteEvent(trx, NOTIFICATIONS_GROUP, event.id), ...planned.map(erased)])
    if (!isNew) return
    for (const [i, one] of planned.entries()) if (!gone[i]?.includes(true)) await notify(trx, one, event.request_id)
  })
}

export interface Notified {
  readonly row: NotificationRow
  /** False when the same `dedupe_key` came before: then nothing is written. */
  readonly isNew: boolean
}

/** Judges a message in the transaction that promises it. @returns why it is not to go out; undefined: it may */
export type Judge = (
  trx: Transaction<NotificationsDb>,
  row: NotificationRow,
  channel: OutsideChannel,
) => Promise<string | undefined>

/**
 * Tells a person something: the notification, its deliveries, the intent to start the workflow that reaches them outside, and the event.
 * @param wanted with the channels that the sender wants; absent: those that the person has on. What the person refused goes nowhere
 * @param judge absent: it is judged when it goes out
 */
export async function notify(
  trx: Transaction<NotificationsDb>,
  wanted: NewNotification & { readonly channels?: readonly Channel[] | undefined },
  requestId: string | null,
  judge?: Judge,
): Promise<Notified> {
  const { user_id, topic } = wanted
  const [, preferences, isSubscribed] = await Promise.all([
    lockNotifications(trx, user_id),
    findPreferences(trx, user_id),
    hasPushSubscription(trx, user_id),
  ])
  const channels = wanted.channels ?? CHANNEL_NAMES.filter((channel) => isOn(preferences, topic, channel))
  const inApp = channels.includes('in_app') && !isRefused(preferences, topic, 'in_app')
  const row = await insertNotification(trx, wanted, inApp)
  if (!row) return { row: await findDuplicate(trx, wanted), isNew: false }
  const beginnings = await beginningsOf(trx, row, channels, { preferences, isSubscribed }, judge)
  await Promise.all([
    insertDeliveries(trx, row, beginnings),
    appendEvent(trx, 'notification_created', { notification_id: row.id, user_id, topic }, requestId),
  ])
  return { row, isNew: true }
}

async function beginningsOf(
  trx: Transaction<NotificationsDb>,
  row: NotificationRow,
  channels: readonly Channel[],
  { preferences, isSubscribed }: { readonly preferences: Preferences; readonly isSubscribed: boolean },
  judge: Judge = async () => undefined,
): Promise<DeliveryBeginning[]> {
  const { topic } = row
  const begin = async (channel: Channel): Promise<DeliveryBeginning> => {
    if (isRefused(preferences, topic, channel))
      return { channel, status: 'suppressed', reason: 'switched_off', attempts: 0 }
    if (channel === 'in_app') return { channel, status: 'delivered', reason: null, attempts: 1 }
    // Most people have no browser subscribed: then there is no workflow to find that out.
    if (channel === 'web_push' && !isSubscribed)
      return { channel, status: 'not_configured', reason: 'no_subscription', attempts: 0 }
    // Of a digest the mail is counted, when it goes out.
    const collected = channel === 'email' && preferences.digest === 'daily' && !isMandatory(topic)
    const reason = collected ? undefined : await judge(trx, row, channel)
    if (reason !== undefined) return { channel, status: 'suppressed', reason, attempts: 0 }
    return { channel, status: 'queued', reason: null, attempts: 0 }
  }
  // In one order: what a judge locks is locked in it.
  const beginnings: DeliveryBeginning[] = []
  for (const channel of channels.toSorted()) beginnings.push(await begin(channel))
  return beginnings
}

/** Ends open deliveries on one channel, with an event for each that was sent or failed. Those that had ended are left alone. */
export async function endDelivery(
  trx: Transaction<NotificationsDb>,
  ids: readonly string[],
  channel: Channel,
  status: Ended,
  reason: string | null = null,
): Promise<void> {
  for (const id of await endDeliveries(trx, ids, channel, status, reason)) {
    count('scenor_deliveries_total', { channel, outcome: status })
    const row = await findNotification(trx, id)
    if (!row) continue
    const data = { notification_id: id, user_id: row.user_id, topic: row.topic, channel }
    if (status === 'sent') await appendEvent(trx, 'notification_delivered', data)
    if (status === 'perhaps_sent') await appendEvent(trx, 'notification_failed', { ...data, reason: status })
    if (status === 'failed') await appendEvent(trx, 'notification_failed', { ...data, reason: reason ?? 'unknown' })
  }
}
