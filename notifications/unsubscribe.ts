import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { MAILBOX_BYTES } from './opt-out.ts'
import { TOPIC_NAMES, type NotificationTopic } from './topics.ts'

/** The newest first. */
type Secrets = readonly [Buffer, ...Buffer[]]

export interface UnsubscribeTokens {
  /** For the link in a mail about these topics. */
  make(userId: string, topics: readonly NotificationTopic[]): string
  /** For the link in an invitation. @param mailbox the hash of its address (`opt-out.ts`) */
  makeForStranger(mailbox: Buffer): string
  /** Whose mails about which topics to stop, or whose invitations; undefined for anything that we did not make. */
  read(token: string): Asked | undefined
}

type Asked = { readonly userId: string; readonly topics: NotificationTopic[] } | { readonly mailbox: Buffer }

const ID_BYTES = 16
/** One bit a topic, by its place in the list: topics are only ever added, at the end. */
const TOPIC_BYTES = 4
const WHAT_BYTES = ID_BYTES + TOPIC_BYTES
const MAC_BYTES = 16

/**
 * Tokens that need no table and never expire, as the link of an old mail must still work: person and topics with a keyed hash.
 * @param secrets the installation's, of which keys of our own are derived: the first makes, all read
 */
export function createUnsubscribeTokens(secrets: Secrets): UnsubscribeTokens {
  // What is signed is told apart by its length.
  const macBy = (secret: Buffer) => {
    const key = Buffer.from(hkdfSync('sha256', secret, '', 'unsubscribe', 32))
    return (what: Buffer) => createHmac('sha256', key).update(what).digest().subarray(0, MAC_BYTES)
  }
  const macs = secrets.map(macBy)
  const mac = macBy(secrets[0])
  return {
    make: (userId, topics) => {
      const what = Buffer.alloc(WHAT_BYTES)
      what.write(userId.replaceAll('-', ''), 'hex')
      what.writeUInt32BE(
        topics.reduce((bits, topic) => bits | (1 << TOPIC_NAMES.indexOf(topic)), 0),
        ID_BYTES,
      )
      return Buffer.concat([what, mac(what)]).toString('base64url')
    },
    makeForStranger: (mailbox) => Buffer.concat([mailbox, mac(mailbox)]).toString('base64url'),
    read: (token) => {
      const bytes = Buffer.from(token, 'base64url')
      const length = bytes.length - MAC_BYTES
      if (length !== WHAT_BYTES && length !== MAILBOX_BYTES) return undefined
      const what = bytes.subarray(0, length)
      if (!macs.some((by) => timingSafeEqual(by(what), bytes.subarray(length)))) return undefined
      if (length === MAILBOX_BYTES) return { mailbox: what }
      const bits = what.readUInt32BE(ID_BYTES)
      const hex = bytes.toString('hex', 0, ID_BYTES)
      const userId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
      return { userId, topics: TOPIC_NAMES.filter((_, n) => bits & (1 << n)) }
    },
  }
}
