import { lookup, type LookupAddress } from 'node:dns'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import webPush from 'web-push'
import type { Config } from '../../config.ts'
import type { PushSubscriptionRow } from '../../db/notifications/schema.ts'
import type { VapidKeys } from '../../keys.ts'
import { isPublicAddress, isPublicHttps } from '../../notifications/public-address.ts'
import { TryLater } from './try-later.ts'

const TIME_LIMIT_MS = 10_000
/** Seconds that a push service keeps it for a browser that is off. */
const TTL_S = 86_400
/** Characters of the body: with the title and at four bytes each far below the 4,096 bytes that push services take. */
const MOST_CHARACTERS = 300

/** The browser has unsubscribed: the subscription is of no use any more. */
export class SubscriptionGone extends Error {
  override readonly name = 'SubscriptionGone'
}

/** The push service will never take this message. The text names its status only. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused'
}

/** @throws SubscriptionGone, PushRefused, TryLater; any other error is worth another try */
export type PushSender = (subscription: PushSubscriptionRow, message: { title: string; body: string }) => Promise<void>

/** How names become addresses, whom to trust and how long to wait: the internet's ways, but for a test's own push service. */
export interface PushNetwork {
  readonly resolve?: typeof lookup
  readonly isPublic?: (address: string) => boolean
  readonly ca?: string
  readonly timeLimitMs?: number
}

/** How push services reach us: our address where it is https, else ours for mails (RFC 8292 §2.1 takes nothing else). */
export function pushSubject({ publicUrl, MAIL_FROM }: Pick<Config, 'publicUrl' | 'MAIL_FROM'>): string {
  if (publicUrl.startsWith('https://')) return publicUrl
  return `mailto:${/[^\s<>]+@[^\s<>]+/.exec(MAIL_FROM ?? '')?.[0] ?? 'no-reply@scenor.invalid'}`
}

/** @param subject how the push services reach us: a URL or mailto: (RFC 8292) */
export function createPushSender(keys: VapidKeys, subject: string, network: PushNetwork = {}): PushSender {
  const { resolve = lookup, isPublic = isPublicAddress, ca, timeLimitMs = TIME_LIMIT_MS } = network
  const agent = new Agent({ lookup: publicLookup(resolve, isPublic), ...(ca !== undefined && { ca }) })
  return async ({ endpoint, p256dh, auth }, { title, body }) => {
    if (!isPublicHttps(endpoint)) throw new SubscriptionGone('leads to an address that is not public')
    const short = { title, body: [...body].slice(0, MOST_CHARACTERS).join('') }
    const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(short), {
      vapidDetails: { subject, publicKey: keys.public, privateKey: keys.private },
      TTL: TTL_S,
    })
    const { status, headers } = await post(details, agent, timeLimitMs)
    if (status >= 200 && status < 300) return
    if (status === 404 || status === 410) throw new SubscriptionGone(`HTTP ${status}`)
    if (status === 429 || status === 503) throw new TryLater(status, headers)
    // 408 passes; the other refusals of the client do not, nor would a redirect, which nobody follows from here.
    if (status < 500 && status !== 408) throw new PushRefused(`HTTP ${status}`)
    throw new Error(`the push service answered ${status}`)
  }
}

/**
 * Our own instead of web-push's: whoever subscribes names the server that answers, so the whole call has its time and the
 * answer's body is not kept.
 */
function post(
  { endpoint, method, headers, body }: webPush.RequestDetails,
  agent: Agent,
  timeLimitMs: number,
): Promise<{ status: number; headers: Headers }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeLimitMs)
    const call = request(
      endpoint,
      { method, headers: headers as Record<string, string>, agent, signal },
      (response) => {
        const after = response.headers['retry-after']
        resolve({ status: response.statusCode ?? 0, headers: new Headers(after ? { 'retry-after': after } : {}) })
        // The status says all; what follows it may never end.
        response.destroy()
      },
    )
    call.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EPRIVATE'
          ? new SubscriptionGone(error.code)
          : new Error(`the push service did not take it: ${signal.aborted ? 'no answer in time' : error.code}`),
      ),
    )
    call.end(body ?? undefined)
  })
}

/** Judges what a name resolves to at the moment of connecting: a name that was public when it was stored may lead inside later. */
const publicLookup =
  (resolve: typeof lookup, isPublic: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, [])
      if (addresses.length === 0 || addresses.some(({ address }) => !isPublic(address)))
        return callback(Object.assign(new Error('leads to an address that is not public'), { code: 'EPRIVATE' }), [])
      const first = addresses[0] as LookupAddress
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
