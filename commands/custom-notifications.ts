import type { Transaction } from 'kysely'
import type { NewNotification } from '../db/notifications/notifications.ts'
import type { NotificationsDb } from '../db/notifications/schema.ts'
import { weightOf, type MessageBudgets } from '../notifications/message-budgets.ts'
import type { Channel } from '../notifications/topics.ts'
import { notify, type Judge, type Notified } from './notifications.ts'

/** Where a person can be reached outside: what is proven to be theirs. */
export interface Reach {
  readonly email: string | null
  /** Undefined where there is no provider, which is said when it is due. */
  readonly sms: string | null | undefined
}

interface Wanted extends Omit<NewNotification, 'kind' | 'sender_id'> {
  readonly channels?: readonly Channel[] | undefined
}

/**
 * Tells a person something in the words of a person or of another backend. What may not go out is suppressed at once: it leads to nothing
 * proven, or a budget has no room for it.
 * @param sender null: another backend
 */
export function notifyInWords(
  trx: Transaction<NotificationsDb>,
  wanted: Wanted,
  sender: string | null,
  reach: Reach,
  budgets: MessageBudgets,
  requestId: string | null,
): Promise<Notified> {
  const judge: Judge = async (at, { id, user_id, topic }, channel) => {
    const recipient = channel === 'web_push' ? user_id : reach[channel]
    if (recipient === undefined) return undefined
    if (recipient === null) return channel === 'sms' ? 'no_verified_number' : 'unproven_address'
    const other = sender === user_id ? null : sender
    const message = { key: `${channel}:${id}`, channel, weight: weightOf(topic), sender: other, recipient }
    const by = await budgets.take(at, message)
    // Where there is no room in all, it waits for its turn.
    return by === undefined || by === 'installation' ? undefined : `budget_${by}`
  }
  // Apart from our own: nobody keeps a notification of ours away by taking its key first.
  const dedupe_key = wanted.dedupe_key && `custom ${wanted.dedupe_key}`
  return notify(trx, { ...wanted, kind: 'custom', dedupe_key, sender_id: sender }, requestId, judge)
}
