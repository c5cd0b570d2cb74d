import { lookup, type LookupAddress } from 'node:dns'
import { Agent } from 'node:https'
import type { LookupFunction } from 'node:net'
import webPush from 'web-push'
import type { PushSubscriptionRow } from '../../db/notifications/schema.ts'
import type { VapidKeys } from '../../keys.ts'
import { isPublicAddress, isPublicHttps } from '../../notifications/public-address.ts'

const TIME_LIMIT_MS = 10_000
/** Seconds that a push service keeps it for a browser that is off. */
const TTL_S = 86_400
/** Push services take at most 4,096 bytes encrypted. */
const MOST_BYTES = 3_000

/** The browser has unsubscribed: the subscription is of no use any more. */
export class SubscriptionGone extends Error {
  override readonly name = 'SubscriptionGone'
}

export type PushSender = (subscription: PushSubscriptionRow, message: { title: string; body: string }) => Promise<void>

/**
 * Judges what a name resolves to at the moment of connecting: a name that was public when it was stored may lead inside later.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, [])
    if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address)))
      return callback(Object.assign(new Error('leads to an address that is not public'), { code: 'EPRIVATE' }), [])
    const first = addresses[0] as LookupAddress
    if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** @param subject how the push services reach us: a URL or mailto: (RFC 8292) */
export function createPushSender(keys: VapidKeys, subject: string): PushSender {
  const agent = new Agent({ lookup: publicLookup, timeout: TIME_LIMIT_MS })
  return async ({ endpoint, p256dh, auth }, message) => {
    if (!isPublicHttps(endpoint)) throw new SubscriptionGone('leads to an address that is not public')
    const payload = Buffer.from(
      JSON.stringify({ title: message.title, body: [...message.body].slice(0, 300).join('') }),
    )
    try {
      await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, payload.subarray(0, MOST_BYTES), {
        vapidDetails: { subject, publicKey: keys.public, privateKey: keys.private },
        TTL: TTL_S,
        timeout: TIME_LIMIT_MS,
        agent,
      })
    } catch (error) {
      const { statusCode, code } = error as { statusCode?: number; code?: string }
      if (statusCode === 404 || statusCode === 410 || code === 'EPRIVATE')
        throw new SubscriptionGone(String(statusCode ?? code))
      throw new Error(`the push service did not take it: ${statusCode ?? code ?? 'no answer'}`)
    }
  }
}
