import type { Generated, GeneratedAlways, Selectable } from 'kysely'
import type { Channel, NotificationTopic, OutsideChannel, TopicChoices } from '../../notifications/topics.ts'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'
import type { InboxTables } from '../inbox/schema.ts'
import type { AcceptTables } from '../operations/schema.ts'

export const DELIVERY_STATUSES = [
  'queued',
  'sent',
  'perhaps_sent',
  'delivered',
  'failed',
  'suppressed',
  'not_configured',
] as const
type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** What a person is told. Texts of our own kinds are rendered when they are read, in the reader's language. */
interface NotificationsTable {
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
  /** Because of whose act; null: the system's own, the person's, or of another backend. */
  sender_id: string | null
  /** Whether it stands in the person's list. */
  in_app: boolean
  /** The same one again finds the first. */
  dedupe_key: string | null
  read_at: Timestamp | null
  created_at: GeneratedTimestamp
}

interface DeliveriesTable {
  notification_id: string
  channel: Channel
  status: DeliveryStatus
  attempts: Generated<number>
  /** Why it was not sent: a code for operators. */
  reason: string | null
  /** The notification whose workflow sends this one with others, in one mail. */
  digest_id: string | null
  updated_at: GeneratedTimestamp
  /** Since when it may go out as far as its sender is concerned: that one's address is proven. */
  cleared_at: Timestamp | null
  /** When its workflow was last asked for. */
  looked_after_at: GeneratedTimestamp
}

interface DeliveryIntentsTable {
  notification_id: string
  /** W3C trace context in which it was promised. */
  traceparent: Generated<string | null>
  due_at: GeneratedTimestamp
  tries: Generated<number>
}

export interface QuietHours {
  /** HH:MM in the zone; the window may go over midnight. */
  readonly start: string
  readonly end: string
  /** IANA name. */
  readonly timezone: string
}

interface PreferencesTable {
  user_id: string
  /** What the person chose; the rest is as `preferences.ts` says. */
  topics: Json<TopicChoices>
  quiet_hours: Json<QuietHours> | null
  digest: Generated<'off' | 'daily'>
  updated_at: GeneratedTimestamp
}

interface PushSubscriptionsTable {
  id: string
  user_id: string
  /** In which it was made, and with which it ends. */
  session_id: string | null
  /** Of a browser, which belongs to one person. */
  endpoint: string
  p256dh: string
  auth: string
  created_at: GeneratedTimestamp
}

/**
 * Mails of accounts, invitations and notifications. Of one that was sent only the fact is kept; without a mail server the mail itself is,
 * marked `not_sent`.
 */
interface MailsTable {
  /** Of the account mail, the share or the notification. */
  id: string
  account_id: string
  kind: string
  status: 'sent' | 'perhaps_sent' | 'not_sent' | 'suppressed'
  address: string | null
  subject: string | null
  text: string | null
  html: string | null
  created_at: GeneratedTimestamp
}

/** Without an SMS provider: what would have been sent, marked not sent by being here. */
interface TextMessagesTable {
  id: string
  account_id: string
  recipient: string
  text: string
  segments: number
  created_at: GeneratedTimestamp
}

/** Messages that went out and of which it is not known yet, or never will be, what became of them. */
interface SendingsTable {
  /** Channel and id of the message. */
  key: string
  /** How often that was. */
  unknown: number
  updated_at: GeneratedTimestamp
}

/** What went out or was about to: the budgets of messages are counted by it (`message-budgets.ts`). */
interface OutgoingTable {
  /** Channel and id of the message. */
  key: string
  channel: OutsideChannel
  weight: 'proof' | 'urgent' | 'everyday' | 'invitation'
  /** Keyed hashes: of an id, an address, a number. */
  sender_hash: Buffer | null
  recipient_hash: Buffer
  created_at: GeneratedTimestamp
}

/** Who has no account and wants no invitations. */
interface OptOutsTable {
  mailbox_hash: Buffer
  created_at: GeneratedTimestamp
}

export interface NotificationsDb extends AcceptTables, InboxTables {
  notifications: NotificationsTable
  deliveries: DeliveriesTable
  delivery_intents: DeliveryIntentsTable
  preferences: PreferencesTable
  push_subscriptions: PushSubscriptionsTable
  sendings: SendingsTable
  outgoing: OutgoingTable
  opt_outs: OptOutsTable
  mails: MailsTable
  text_messages: TextMessagesTable
}

export type NotificationRow = Selectable<NotificationsTable>
export type DeliveryRow = Selectable<DeliveriesTable>
export type PushSubscriptionRow = Selectable<PushSubscriptionsTable>
export type OutgoingRow = Selectable<OutgoingTable>
export type MailRow = Selectable<MailsTable>
export type TextMessageRow = Selectable<TextMessagesTable>
