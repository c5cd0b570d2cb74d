import type { Kysely, Transaction } from 'kysely'
import { claimDigest, countAttempt, keepTextMessage, type Ended } from '../../db/notifications/deliveries.ts'
import { insertMail } from '../../db/notifications/mails.ts'
import { findPreferences } from '../../db/notifications/preferences.ts'
import { deletePushSubscriptionsOf, listPushSubscriptions } from '../../db/notifications/push.ts'
import type { NotificationRow, NotificationsDb, PushSubscriptionRow } from '../../db/notifications/schema.ts'
import type { InternalClient } from '../../internal/client.ts'
import { languageOfLocale } from '../../language.ts'
import type { Mailer } from '../../notifications/channels/mail.ts'
import { countSegments, withinSegments } from '../../notifications/channels/segments.ts'
import type { SmsProvider } from '../../notifications/channels/sms.ts'
import { SubscriptionGone, type PushSender } from '../../notifications/channels/web-push.ts'
import { weightOf, type MessageBudgets } from '../../notifications/message-budgets.ts'
import { notificationMail } from '../../notifications/texts/notification-mail.ts'
import { outsideWordingOf } from '../../notifications/texts/wording.ts'
import { isMandatory, isRefused, TOPIC_NAMES, type OutsideChannel } from '../../notifications/topics.ts'
import type { UnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { askToTell } from './mails-told.ts'
import { pushToEach } from './push-to-each.ts'
import { sendAtMostTwice } from './sending.ts'

/** How long one for which the installation has no room waits until it is looked at again, and how old it may get so. */
const NO_ROOM_MS = 10 * 60_000
const NO_ROOM_AT_MOST_MS = 24 * 3_600_000
const MAX_SEGMENTS = 3

export interface ChannelDeps {
  readonly db: Kysely<NotificationsDb>
  readonly internal: InternalClient
  readonly mailer: Mailer | undefined
  readonly sms: SmsProvider | undefined
  readonly push: PushSender
  readonly tokens: UnsubscribeTokens
  readonly publicUrl: string
  readonly appUrl: string
  readonly budgets: MessageBudgets
}

/** Ends deliveries. @param also what is written with their end */
export type EndDeliveries = (
  ids: readonly string[],
  channel: OutsideChannel,
  status: Ended,
  reason?: string | null,
  also?: (trx: Transaction<NotificationsDb>) => Promise<void>,
) => Promise<void>

/** What became of one try: ended, or to be looked at again after so many milliseconds. */
export interface Tried {
  readonly wait_ms?: number
}

/** What a channel does with a notification that may go out now: proven recipient, budget, words, sending. */
export function createChannels(
  { db, internal, mailer, sms, push, tokens, publicUrl, appUrl, budgets }: ChannelDeps,
  end: EndDeliveries,
): Record<OutsideChannel, (row: NotificationRow, digest: boolean) => Promise<Tried>> {
  /** Ends those for which there is no room, or says how long they wait. @returns undefined: they may go */
  const withoutRoom = async (
    row: NotificationRow,
    ids: readonly string[],
    channel: OutsideChannel,
    recipient: string,
  ): Promise<Tried | undefined> => {
    const { id, topic } = row
    const sender = row.sender_id === row.user_id ? null : row.sender_id
    const message = { key: `${channel}:${id}`, channel, weight: weightOf(topic), sender, recipient }
    const by = await db.transaction().execute((trx) => budgets.take(trx, message))
    if (by === undefined) return undefined
    // Nobody's misuse: it waits for its turn.
    if (by === 'installation' && Date.now() - row.created_at.getTime() < NO_ROOM_AT_MOST_MS)
      return { wait_ms: NO_ROOM_MS }
    await end(ids, channel, 'suppressed', `budget_${by}`)
    return {}
  }

  /** What goes in one mail: under the daily digest all that waits, else what is of the topic that is gathered. */
  const collect = async (leader: NotificationRow) => {
    const preferences = await findPreferences(db, leader.user_id)
    const isApart = (topic: (typeof TOPIC_NAMES)[number]) =>
      preferences.digest === 'daily' ? isMandatory(topic) : topic !== leader.topic
    const apart = TOPIC_NAMES.filter((t) => isApart(t) || isRefused(preferences, t, 'email'))
    return db.transaction().execute((trx) => claimDigest(trx, leader, apart))
  }

  const email = async (row: NotificationRow, digest: boolean): Promise<Tried> => {
    const rows = digest ? await collect(row) : [row]
    // Another notification's workflow has taken this one into its digest.
    if (!rows.some((r) => r.id === row.id)) return {}
    const ended = async (ids: readonly string[], reason: string) => {
      await end(ids, 'email', 'suppressed', reason)
      return {}
    }
    const all = rows.map((r) => r.id)
    const [contacts, person] = await Promise.all([internal.contacts(row.user_id), internal.person(row.user_id)])
    if (!contacts) return ended(all, 'no_account')
    if (!contacts.email_verified) return ended(all, 'unproven_address')
    const { told, gone } = await askToTell(internal, rows)
    if (gone.length > 0) {
      const ids = gone.map((r) => r.id)
      await ended(ids, 'gone')
    }
    if (told.length === 0) return {}
    const ids = told.map((t) => t.row.id)
    const noRoom = await withoutRoom(row, ids, 'email', contacts.email)
    if (noRoom) return noRoom
    const attempt = () => countAttempt(db, ids, 'email')
    const topics = told.map((t) => t.row.topic)
    const unsubscribe = isMandatory(row.topic)
      ? undefined
      : `${publicUrl}/api/v1/notifications/unsubscribe/${tokens.make(row.user_id, topics)}`
    const content = notificationMail(told, languageOfLocale(person?.locale ?? null), appUrl, unsubscribe)
    if (!mailer) {
      await attempt()
      const mail = { ...content, address: contacts.email }
      const kept = { id: row.id, account_id: row.user_id, kind: row.kind }
      await end(ids, 'email', 'not_configured', null, (trx) => insertMail(trx, kept, mail))
      return {}
    }
    const mail = { id: row.id, address: contacts.email, ...content, ...(unsubscribe && { unsubscribe }) }
    const out = () => attempt().then(() => mailer.send(mail))
    await sendAtMostTwice(db, `email:${row.id}`, out, (sent) => end(ids, 'email', sent))
    return {}
  }

  const text = async (row: NotificationRow): Promise<Tried> => {
    const person = await internal.person(row.user_id)
    if (!person?.phone_number || !person.phone_verified) {
      await end([row.id], 'sms', sms ? 'suppressed' : 'not_configured', 'no_verified_number')
      return {}
    }
    const noRoom = await withoutRoom(row, [row.id], 'sms', person.phone_number)
    if (noRoom) return noRoom
    const attempt = () => countAttempt(db, [row.id], 'sms')
    const { title, body } = outsideWordingOf(row, languageOfLocale(person.locale))
    const words = withinSegments(`Scenor: ${title}. ${body}`, MAX_SEGMENTS)
    if (!sms) {
      await attempt()
      const [account_id, recipient] = [row.user_id, person.phone_number]
      const kept = { id: row.id, account_id, recipient, text: words, segments: countSegments(words) }
      await end([row.id], 'sms', 'not_configured', null, (trx) => keepTextMessage(trx, kept))
      return {}
    }
    const message = { id: row.id, to: person.phone_number, text: words }
    const out = () => attempt().then(() => sms.send(message))
    await sendAtMostTwice(db, `sms:${row.id}`, out, (sent) => end([row.id], 'sms', sent))
    return {}
  }

  /** Browsers where the person is still signed in. A session that was ended is told of; one whose time ran out is found here. */
  const livingSubscriptions = async (userId: string): Promise<PushSubscriptionRow[]> => {
    const all = await listPushSubscriptions(db, userId)
    const sessions = [...new Set(all.flatMap(({ session_id }) => session_id ?? []))]
    if (sessions.length === 0) return all
    const living = await internal.livingSessions(sessions)
    await deletePushSubscriptionsOf(
      db,
      sessions.filter((id) => !living.includes(id)),
    )
    return all.filter(({ session_id }) => session_id === null || living.includes(session_id))
  }

  const web_push = async (row: NotificationRow): Promise<Tried> => {
    const subscriptions = await livingSubscriptions(row.user_id)
    if (subscriptions.length === 0) {
      await end([row.id], 'web_push', 'not_configured', 'no_subscription')
      return {}
    }
    const noRoom = await withoutRoom(row, [row.id], 'web_push', row.user_id)
    if (noRoom) return noRoom
    const person = await internal.person(row.user_id)
    const message = outsideWordingOf(row, languageOfLocale(person?.locale ?? null))
    const out = async () => {
      await countAttempt(db, [row.id], 'web_push')
      await pushToEach(db, subscriptions, (subscription) => push(subscription, { id: row.id, ...message }))
    }
    try {
      await sendAtMostTwice(db, `web_push:${row.id}`, out, (sent) => end([row.id], 'web_push', sent))
    } catch (error) {
      if (!(error instanceof SubscriptionGone)) throw error
      await end([row.id], 'web_push', 'suppressed', 'subscription_gone')
    }
    return {}
  }

  return { email, sms: text, web_push }
}
