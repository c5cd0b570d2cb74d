import type { Generated, GeneratedAlways, Selectable } from 'kysely'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'
import type { InboxTables } from '../inbox/schema.ts'
import type { AcceptTables } from '../operations/schema.ts'

export const NOTIFICATION_TOPICS = [
  'welcome',
  'security',
  'account',
  'generation_finished',
  'generation_failed',
  'share',
  'comment',
  'budget',
  'custom',
] as const
export type NotificationTopic = (typeof NOTIFICATION_TOPICS)[number]

export const CHANNELS = ['in_app', 'email', 'sms', 'web_push'] as const
export type Channel = (typeof CHANNELS)[number]

export const DELIVERY_STATUSES = ['queued', 'sent', 'delivered', 'failed', 'suppressed', 'not_configured'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** What a person is told. Texts of our own kinds are rendered when they are read, in the reader's language. */
export interface NotificationsTable {
  id: string
  /** Grows with every notification of a person in the order of commit: the id of its event in the stream. */
  seq: GeneratedAlways<string>
  user_id: string
  topic: NotificationTopic
  /** Which text it has (`wording.ts`), or `custom`. */
  kind: string
  /** What the text needs: ids, codes and numbers. */
  params: Json<Record<string, string | number>>
  /** Of custom ones only. */
  title: string | null
  body: string | null
  /** Whether it stands in the person's list. */
  in_app: boolean
  /** The same one again finds the first. */
  dedupe_key: string | null
  read_at: Timestamp | null
  created_at: GeneratedTimestamp
}

export interface DeliveriesTable {
  notification_id: string
  channel: Channel
  status: DeliveryStatus
  attempts: Generated<number>
  /** Why it was not sent: a code for operators. */
  reason: string | null
  /** The notification whose workflow sends this one with others, in one mail. */
  digest_id: string | null
  updated_at: GeneratedTimestamp
}

export interface DeliveryIntentsTable {
  notification_id: string
  /** W3C trace context in which it was promised. */
  traceparent: Generated<string | null>
  due_at: GeneratedTimestamp
  tries: Generated<number>
}

export type TopicChoices = {
  readonly [T in NotificationTopic]?: { readonly [C in Channel]?: boolean | undefined } | undefined
}

export interface QuietHours {
  /** HH:MM in the zone; the window may go over midnight. */
  readonly start: string
  readonly end: string
  /** IANA name. */
  readonly timezone: string
}

export interface PreferencesTable {
  user_id: string
  /** What the person chose; the rest is as `preferences.ts` says. */
  topics: Json<TopicChoices>
  quiet_hours: Json<QuietHours> | null
  digest: Generated<'off' | 'daily'>
  updated_at: GeneratedTimestamp
}

export interface PushSubscriptionsTable {
  id: string
  user_id: string
  endpoint: string
  p256dh: string
  auth: string
  created_at: GeneratedTimestamp
}

/** Mails by letter or notification. Of one that was sent only the fact is kept; without a mail server the mail itself is, marked `not_sent`. */
export interface MailsTable {
  /** The letter's or the notification's id. */
  id: string
  account_id: string
  kind: string
  status: 'sent' | 'not_sent'
  address: string | null
  subject: string | null
  text: string | null
  html: string | null
  created_at: GeneratedTimestamp
}

/** Without an SMS provider: what would have been sent, marked not sent by being here. */
export interface TextMessagesTable {
  id: string
  account_id: string
  recipient: string
  text: string
  segments: number
  created_at: GeneratedTimestamp
}

export interface NotificationsDb extends AcceptTables, InboxTables {
  notifications: NotificationsTable
  deliveries: DeliveriesTable
  delivery_intents: DeliveryIntentsTable
  preferences: PreferencesTable
  push_subscriptions: PushSubscriptionsTable
  mails: MailsTable
  text_messages: TextMessagesTable
}

export type NotificationRow = Selectable<NotificationsTable>
export type DeliveryRow = Selectable<DeliveriesTable>
export type PushSubscriptionRow = Selectable<PushSubscriptionsTable>
export type MailRow = Selectable<MailsTable>
export type TextMessageRow = Selectable<TextMessagesTable>
