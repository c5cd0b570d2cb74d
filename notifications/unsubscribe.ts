import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { NOTIFICATION_TOPICS, type NotificationTopic } from '../db/notifications/schema.ts'

export interface UnsubscribeTokens {
  /** For the link in a mail of that topic. */
  make(userId: string, topic: NotificationTopic): string
  /** Whose mails of which topic to stop, or undefined for anything that we did not make. */
  read(token: string): { userId: string; topic: NotificationTopic } | undefined
}

const ID_BYTES = 16
const MAC_BYTES = 16

/**
 * Tokens that need no table and never expire, as the link of an old mail must still work: person and topic with a keyed hash.
 * @param secret the installation's; a key of our own is derived from it
 */
export function createUnsubscribeTokens(secret: Buffer): UnsubscribeTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'unsubscribe', 32))
  const mac = (what: Buffer) => createHmac('sha256', key).update(what).digest().subarray(0, MAC_BYTES)
  return {
    make: (userId, topic) => {
      const what = Buffer.concat([
        Buffer.from(userId.replaceAll('-', ''), 'hex'),
        Buffer.from([NOTIFICATION_TOPICS.indexOf(topic)]),
      ])
      return Buffer.concat([what, mac(what)]).toString('base64url')
    },
    read: (token) => {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== ID_BYTES + 1 + MAC_BYTES) return undefined
      const what = bytes.subarray(0, ID_BYTES + 1)
      if (!timingSafeEqual(mac(what), bytes.subarray(ID_BYTES + 1))) return undefined
      const topic = NOTIFICATION_TOPICS[bytes[ID_BYTES] as number]
      const hex = bytes.toString('hex', 0, ID_BYTES)
      const userId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
      return topic && { userId, topic }
    },
  }
}
