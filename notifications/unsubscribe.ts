import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { NOTIFICATION_TOPICS, type NotificationTopic } from '../db/notifications/schema.ts'

export interface UnsubscribeTokens {
  /** For the link in a mail about these topics. */
  make(userId: string, topics: readonly NotificationTopic[]): string
  /** Whose mails about which topics to stop, or undefined for anything that we did not make. */
  read(token: string): { userId: string; topics: NotificationTopic[] } | undefined
}

const ID_BYTES = 16
/** One bit a topic, by its place in the list: topics are only ever added, at the end. */
const TOPIC_BYTES = 4
const WHAT_BYTES = ID_BYTES + TOPIC_BYTES
const MAC_BYTES = 16

/**
 * Tokens that need no table and never expire, as the link of an old mail must still work: person and topics with a keyed hash.
 * @param secret the installation's; a key of our own is derived from it
 */
export function createUnsubscribeTokens(secret: Buffer): UnsubscribeTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'unsubscribe', 32))
  const mac = (what: Buffer) => createHmac('sha256', key).update(what).digest().subarray(0, MAC_BYTES)
  return {
    make: (userId, topics) => {
      const what = Buffer.alloc(WHAT_BYTES)
      what.write(userId.replaceAll('-', ''), 'hex')
      what.writeUInt32BE(
        topics.reduce((bits, topic) => bits | (1 << NOTIFICATION_TOPICS.indexOf(topic)), 0),
        ID_BYTES,
      )
      return Buffer.concat([what, mac(what)]).toString('base64url')
    },
    read: (token) => {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== WHAT_BYTES + MAC_BYTES) return undefined
      const what = bytes.subarray(0, WHAT_BYTES)
      if (!timingSafeEqual(mac(what), bytes.subarray(WHAT_BYTES))) return undefined
      const bits = what.readUInt32BE(ID_BYTES)
      const hex = bytes.toString('hex', 0, ID_BYTES)
      const userId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
      return { userId, topics: NOTIFICATION_TOPICS.filter((_, n) => bits & (1 << n)) }
    },
  }
}
