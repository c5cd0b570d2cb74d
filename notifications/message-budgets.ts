import { createHmac, hkdfSync } from 'node:crypto'
import type { Transaction } from 'kysely'
import { findExceeded, insertOutgoing, isOutgoing, lockOutgoing, type Ceiling } from '../db/notifications/outgoing.ts'
import type { NotificationsDb, OutgoingRow } from '../db/notifications/schema.ts'
import { mailboxOf } from '../network/email-address.ts'
import { isMandatory, type NotificationTopic, type OutsideChannel } from './topics.ts'

/**
 * What a message is to its budgets. `proof`: a link or code that was asked for; `urgent`: of a topic that nobody can switch off;
 * `invitation`: to somebody without an account; the rest is `everyday`.
 */
type Weight = OutgoingRow['weight']

interface Budget extends Ceiling {
  readonly channel: OutsideChannel
}

const HOUR = 3_600
const DAY = 24 * HOUR
/** The longest that is counted over: a row of `outgoing` is of no use beyond (`RETENTION.outgoing`). */
const MONTH = 30 * DAY

const ALL: readonly Weight[] = ['proof', 'urgent', 'everyday', 'invitation']
const PUSHED: readonly Weight[] = ['urgent', 'everyday']
/** What somebody makes others get. A flood of it leaves room for what people wait for and for what warns them. */
const CAUSED: readonly Weight[] = ['everyday', 'invitation']

/**
 * How much may go out, whatever the topic: from whom it is, to whom, from one to the other, and in all. Each is multiplied by
 * RATE_LIMIT_SCALE. A message needs room in every row that has its channel and weight.
 */
const BUDGETS: readonly Budget[] = [
  { channel: 'email', of: CAUSED, by: 'sender', most: 60, seconds: HOUR },
  { channel: 'email', of: CAUSED, by: 'sender', most: 200, seconds: DAY },
  // Half of what somebody gets at most: nobody fills another one's hour alone, by sharing and taking back for instance.
  { channel: 'email', of: ['everyday'], by: 'pair', most: 10, seconds: HOUR },
  { channel: 'email', of: ['everyday'], by: 'pair', most: 30, seconds: DAY },
  { channel: 'email', of: ['everyday'], by: 'recipient', most: 20, seconds: HOUR },
  { channel: 'email', of: ['everyday'], by: 'recipient', most: 60, seconds: DAY },
  { channel: 'email', of: ['urgent'], by: 'recipient', most: 20, seconds: HOUR },
  { channel: 'email', of: ['urgent'], by: 'recipient', most: 60, seconds: DAY },
  // As many as somebody who lost them asks for again.
  { channel: 'email', of: ['proof'], by: 'recipient', most: 10, seconds: HOUR },
  { channel: 'email', of: ['proof'], by: 'recipient', most: 20, seconds: DAY },
  // A crew in an hour, and no mailing list in a day; a stranger is asked once by one, and rarely by all.
  { channel: 'email', of: ['invitation'], by: 'sender', most: 20, seconds: HOUR },
  { channel: 'email', of: ['invitation'], by: 'sender', most: 50, seconds: DAY },
  { channel: 'email', of: ['invitation'], by: 'pair', most: 1, seconds: DAY },
  { channel: 'email', of: ['invitation'], by: 'pair', most: 3, seconds: MONTH },
  { channel: 'email', of: ['invitation'], by: 'recipient', most: 3, seconds: DAY },
  { channel: 'email', of: ['invitation'], by: 'recipient', most: 10, seconds: MONTH },
  { channel: 'email', of: CAUSED, by: 'installation', most: 2_000, seconds: HOUR },
  { channel: 'email', of: ALL, by: 'installation', most: 4_000, seconds: HOUR },

  // Each is paid for.
  { channel: 'sms', of: ['everyday'], by: 'sender', most: 5, seconds: HOUR },
  { channel: 'sms', of: ['everyday'], by: 'sender', most: 15, seconds: DAY },
  { channel: 'sms', of: ['everyday'], by: 'recipient', most: 5, seconds: HOUR },
  { channel: 'sms', of: ['everyday'], by: 'recipient', most: 15, seconds: DAY },
  { channel: 'sms', of: ['urgent'], by: 'recipient', most: 5, seconds: HOUR },
  { channel: 'sms', of: ['urgent'], by: 'recipient', most: 15, seconds: DAY },
  { channel: 'sms', of: ['proof'], by: 'sender', most: 10, seconds: DAY },
  { channel: 'sms', of: ['proof'], by: 'recipient', most: 5, seconds: DAY },
  { channel: 'sms', of: CAUSED, by: 'installation', most: 100, seconds: HOUR },
  { channel: 'sms', of: ALL, by: 'installation', most: 300, seconds: HOUR },

  { channel: 'web_push', of: ['everyday'], by: 'sender', most: 120, seconds: HOUR },
  { channel: 'web_push', of: ['everyday'], by: 'pair', most: 30, seconds: HOUR },
  { channel: 'web_push', of: ['everyday'], by: 'recipient', most: 60, seconds: HOUR },
  { channel: 'web_push', of: ['urgent'], by: 'recipient', most: 60, seconds: HOUR },
  { channel: 'web_push', of: PUSHED, by: 'installation', most: 50_000, seconds: HOUR },
]

export interface Message {
  /** Channel and id: the same again is the same message, however often it is tried. */
  readonly key: string
  readonly channel: OutsideChannel
  readonly weight: Weight
  /** Which other person it goes out because of; null: the system says it, another backend, or who gets it. */
  readonly sender: string | null
  /** The address or number; of browsers, whose they are. */
  readonly recipient: string
}

export interface MessageBudgets {
  /**
   * Counts a message that is about to go out. The one place where that is decided; what was counted once may go out at any later try.
   * @returns whose budget has no room for it: then it is not counted
   */
  take(trx: Transaction<NotificationsDb>, message: Message): Promise<Ceiling['by'] | undefined>
}

export const weightOf = (topic: NotificationTopic): Weight => (isMandatory(topic) ? 'urgent' : 'everyday')

/**
 * Budgets in Postgres: no restart forgets them. Who sends and gets is kept as keyed hashes; a new key begins them anew.
 * @param secret the installation's, of which a key of its own is derived
 */
export function createMessageBudgets(secret: Buffer, scale: number): MessageBudgets {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'message budgets', 32))
  const hash = (party: string) => createHmac('sha256', key).update(party).digest().subarray(0, 16)
  const budgets = BUDGETS.map((budget) => ({ ...budget, most: Math.max(1, Math.round(budget.most * scale)) }))
  return {
    take: async (trx, { sender, recipient, ...message }) => {
      const { channel, weight } = message
      await lockOutgoing(trx, channel)
      if (await isOutgoing(trx, message.key)) return undefined
      const row = {
        ...message,
        sender_hash: sender === null ? null : hash(sender),
        recipient_hash: hash(channel === 'email' ? mailboxOf(recipient) : recipient),
      }
      const bound = budgets.filter((budget) => budget.channel === channel && budget.of.includes(weight))
      const exceeded = await findExceeded(trx, row, bound)
      if (!exceeded) await insertOutgoing(trx, row)
      return exceeded?.by
    },
  }
}
