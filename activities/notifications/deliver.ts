import type { Kysely, Transaction } from 'kysely'
import {
  claimDigest,
  countAttempt,
  countSent,
  endDeliveries,
  findDelivery,
  keepTextMessage,
  listQueued,
} from '../../db/notifications/deliveries.ts'
import { insertMail } from '../../db/notifications/mails.ts'
import { findNotification } from '../../db/notifications/notifications.ts'
import { findPreferences, isRefused, MANDATORY } from '../../db/notifications/preferences.ts'
import { deletePushSubscription, listPushSubscriptions } from '../../db/notifications/push.ts'
import {
  NOTIFICATION_TOPICS,
  type Channel,
  type NotificationRow,
  type NotificationsDb,
} from '../../db/notifications/schema.ts'
import { languageOfLocale } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import { nextDigest, quietUntil } from '../../notifications/quiet-hours.ts'
import { countSegments, withinSegments } from '../../notifications/segments.ts'
import type { UnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { wordingOf } from '../../notifications/wording.ts'
import type { DeliveryStep } from '../../workflows/notification.contract.ts'
import type { InternalClient } from '../internal-client.ts'
import type { Mailer } from './mail.ts'
import { notificationMail } from './notification-mail.ts'
import { withRefusals } from './refusals.ts'
import type { SmsProvider } from './sms.ts'
import { PushRefused, SubscriptionGone, type PushSender } from './web-push.ts'

export type DeliveryActivities = ReturnType<typeof createDeliveryActivities>

type Outside = DeliveryStep['channel']
interface Delivery {
  readonly notification_id: string
  readonly channel: Outside
}

/** What a person gets of each channel in an hour, mandatory topics apart. */
const HOURLY: Record<Outside, number> = { email: 20, sms: 5, web_push: 60 }
const LIMITED_MS = 10 * 60_000
const MOST_SEGMENTS = 3

export interface DeliveryDeps {
  readonly db: Kysely<NotificationsDb>
  readonly internal: InternalClient
  readonly mailer: Mailer | undefined
  readonly sms: SmsProvider | undefined
  readonly push: PushSender
  readonly tokens: UnsubscribeTokens
  readonly publicUrl: string
  /** Multiplies the limits. */
  readonly limitScale: number
}

export function createDeliveryActivities(deps: DeliveryDeps) {
  const { db, internal, mailer, sms, push, tokens, publicUrl, limitScale } = deps

  const end = (
    ids: readonly string[],
    channel: Channel,
    status: 'sent' | 'failed' | 'suppressed' | 'not_configured',
    reason: string | null = null,
    also: (trx: Transaction<NotificationsDb>) => Promise<void> = async () => {},
  ) =>
    db.transaction().execute(async (trx) => {
      await also(trx)
      for (const id of await endDeliveries(trx, ids, channel, status, reason)) {
        const row = await findNotification(trx, id)
        if (!row) continue
        const data = { notification_id: id, user_id: row.user_id, topic: row.topic, channel }
        if (status === 'sent') await appendEvent(trx, 'notification_delivered', data)
        if (status === 'failed') await appendEvent(trx, 'notification_failed', { ...data, reason: reason ?? 'unknown' })
      }
    })

  const collect = async (leader: NotificationRow) => {
    const preferences = await findPreferences(db, leader.user_id)
    const apart = NOTIFICATION_TOPICS.filter((t) => MANDATORY.includes(t) || isRefused(preferences, t, 'email'))
    return db.transaction().execute((trx) => claimDigest(trx, leader, apart))
  }

  const byMail = async (row: NotificationRow, digest: boolean) => {
    const rows = digest ? await collect(row) : [row]
    // Another notification's workflow has taken this one into its digest.
    if (!rows.some((r) => r.id === row.id)) return
    const ids = rows.map((r) => r.id)
    const [contacts, person] = await Promise.all([internal.contacts(row.user_id), internal.person(row.user_id)])
    if (!contacts) return end(ids, 'email', 'suppressed', 'no_account')
    await countAttempt(db, ids, 'email')
    const topics = rows.map((r) => r.topic)
    const unsubscribe = MANDATORY.includes(row.topic)
      ? undefined
      : `${publicUrl}/api/v1/notifications/unsubscribe/${tokens.make(row.user_id, topics)}`
    const content = notificationMail(rows, languageOfLocale(person?.locale ?? null), publicUrl, unsubscribe)
    if (!mailer) {
      const mail = { ...content, address: contacts.email }
      const letter = { id: row.id, account_id: row.user_id, kind: row.kind }
      return end(ids, 'email', 'not_configured', null, (trx) => insertMail(trx, letter, mail))
    }
    await mailer.send({ id: row.id, address: contacts.email, ...content, ...(unsubscribe && { unsubscribe }) })
    // A crash here sends it again, under the same Message-ID.
    await end(ids, 'email', 'sent')
  }

  const bySms = async (row: NotificationRow) => {
    const person = await internal.person(row.user_id)
    if (!person?.phone_number || !person.phone_verified)
      return end([row.id], 'sms', sms ? 'suppressed' : 'not_configured', 'no_verified_number')
    await countAttempt(db, [row.id], 'sms')
    const { title, body } = wordingOf(row, languageOfLocale(person.locale))
    const text = withinSegments(`Scenor: ${title}. ${body}`, MOST_SEGMENTS)
    if (!sms) {
      const kept = {
        id: row.id,
        account_id: row.user_id,
        recipient: person.phone_number,
        text,
        segments: countSegments(text),
      }
      return end([row.id], 'sms', 'not_configured', null, (trx) => keepTextMessage(trx, kept))
    }
    await sms.send({ id: row.id, to: person.phone_number, text })
    await end([row.id], 'sms', 'sent')
  }

  const byPush = async (row: NotificationRow) => {
    const subscriptions = await listPushSubscriptions(db, row.user_id)
    if (subscriptions.length === 0) return end([row.id], 'web_push', 'not_configured', 'no_subscription')
    await countAttempt(db, [row.id], 'web_push')
    const person = await internal.person(row.user_id)
    const message = wordingOf(row, languageOfLocale(person?.locale ?? null))
    const outcomes = await Promise.allSettled(
      subscriptions.map(async (subscription) => {
        try {
          await push(subscription, message)
        } catch (error) {
          if (!(error instanceof SubscriptionGone)) throw error
          await deletePushSubscription(db, subscription.id)
          return false
        }
        return true
      }),
    )
    // One browser that was told is enough: a retry would tell it twice.
    if (outcomes.some((o) => o.status === 'fulfilled' && o.value)) return end([row.id], 'web_push', 'sent')
    const failed = outcomes.filter((o) => o.status === 'rejected')
    // While one browser may still be told, the others' refusals do not end it.
    const open = failed.find((o) => !(o.reason instanceof PushRefused)) ?? failed[0]
    if (open) throw open.reason
    await end([row.id], 'web_push', 'suppressed', 'subscription_gone')
  }

  return withRefusals({
    /** What goes outside, and how long each must wait. */
    planDeliveries: async ({ notification_id }: { notification_id: string }): Promise<DeliveryStep[]> => {
      const row = await findNotification(db, notification_id)
      if (!row) return []
      const [queued, preferences] = await Promise.all([listQueued(db, row.id), findPreferences(db, row.user_id)])
      const mandatory = MANDATORY.includes(row.topic)
      const moment = new Date()
      const wait = (until: Date | undefined) => Math.max(0, (until ?? moment).getTime() - moment.getTime())
      const quiet = mandatory || !preferences.quiet_hours ? undefined : quietUntil(moment, preferences.quiet_hours)
      const collects = !mandatory && preferences.digest === 'daily' && queued.some((d) => d.channel === 'email')
      const timezone = collects
        ? (preferences.quiet_hours?.timezone ?? (await internal.person(row.user_id))?.timezone ?? 'UTC')
        : 'UTC'
      return queued.flatMap(({ channel }): DeliveryStep[] => {
        if (channel === 'in_app') return []
        if (channel !== 'email' || !collects) return [{ channel, wait_ms: wait(quiet), digest: false }]
        return [{ channel, wait_ms: wait(nextDigest(quiet ?? moment, timezone)), digest: true }]
      })
    },

    /** Sends on one channel, or says how long to wait. A delivery that has ended is left alone. */
    deliver: async (step: Delivery & { digest: boolean }): Promise<{ wait_ms?: number }> => {
      const { notification_id, channel, digest } = step
      const [row, delivery] = await Promise.all([
        findNotification(db, notification_id),
        findDelivery(db, notification_id, channel),
      ])
      if (!row || delivery?.status !== 'queued') return {}
      // Chosen while it waited: quiet hours are long.
      if (isRefused(await findPreferences(db, row.user_id), row.topic, channel)) {
        await end([row.id], channel, 'suppressed', 'switched_off')
        return {}
      }
      if (!MANDATORY.includes(row.topic) && (await countSent(db, row.user_id, channel)) >= HOURLY[channel] * limitScale)
        return { wait_ms: LIMITED_MS }
      if (channel === 'email') await byMail(row, digest)
      else if (channel === 'sms') await bySms(row)
      else await byPush(row)
      return {}
    },

    /** The provider refused it or was away for too long: shown in `deliveries`, with all that would have gone in the same digest. */
    giveUpDelivery: async ({ notification_id, channel }: Delivery): Promise<void> => {
      const row = await findNotification(db, notification_id)
      if (!row) return
      const together = await db
        .selectFrom('deliveries')
        .select('notification_id')
        .where('digest_id', '=', row.id)
        .where('channel', '=', channel)
        .execute()
      await end([row.id, ...together.map((d) => d.notification_id)], channel, 'failed', 'gave_up')
    },
  })
}
