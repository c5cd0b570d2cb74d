import { lookup, type LookupAddress } from 'node:dns'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import webPush from 'web-push'
import type { Config } from '../../config.ts'
import type { PushSubscriptionRow } from '../../db/notifications/schema.ts'
import type { Ring, VapidKeys } from '../../keys/rings.ts'
import { atMost } from '../../network/at-most.ts'
import { isPublicAddress, isPublicHttps } from '../../network/public-address.ts'
import { leavesOpen, UnknownOutcome, wasNeverSent } from './unknown-outcome.ts'
import { TryLater } from './try-later.ts'

const TIME_LIMIT_MS = 10_000
/** Seconds that a push service keeps it for a browser that is off. */
const TTL_S = 86_400
/** Characters of the body: with the title and at four bytes each far below the 4,096 bytes that push services take. */
const MAX_CHARACTERS = 300

/** Calls of a process at a time. */
const MOST_CALLS = 40
/** Of them to one host: a server that a person names and that never answers holds up no others. */
const MOST_AT_A_HOST = 10

/** The browser has unsubscribed: the subscription is of no use any more. */
export class SubscriptionGone extends Error {
  override readonly name = 'SubscriptionGone'
}

/** The push service will never take this message. The text names its status only. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused'
}

/**
 * @param message its id takes the place of an earlier one with the same id that waits for the browser (RFC 8030 §5.4)
 * @throws SubscriptionGone, PushRefused, TryLater, UnknownOutcome; any other error is worth another try
 */
export type PushSender = (
  subscription: PushSubscriptionRow,
  message: { readonly id: string; readonly title: string; readonly body: string },
) => Promise<void>

/** How names become addresses, which certificates to trust and how long to wait: the internet's ways, but for a test's own push service. */
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

/** Answers to a message by another key than the one that the browser subscribed with (RFC 8292 §4.2 says 403; services say these). */
const OTHER_KEY = [400, 401, 403]

/**
 * @param keys the first one is what browsers subscribe with now; one that subscribed before takes what is signed with the key of then
 * @param subject how the push services reach us: a URL or mailto: (RFC 8292)
 */
export function createPushSender(keys: Ring<VapidKeys>, subject: string, network: PushNetwork = {}): PushSender {
  const { resolve = lookup, isPublic = isPublicAddress, ca, timeLimitMs = TIME_LIMIT_MS } = network
  const agent = new Agent({ lookup: publicLookup(resolve, isPublic), ...(ca !== undefined && { ca }) })
  const inTurn = atMost(MOST_CALLS, MOST_AT_A_HOST)
  return async ({ endpoint, p256dh, auth }, { id, title, body }) => {
    if (!isPublicHttps(endpoint)) throw new SubscriptionGone('leads to an address that is not public')
    const short = { title, body: [...body].slice(0, MAX_CHARACTERS).join('') }
    const signedBy = (key: VapidKeys) =>
      webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(short), {
        vapidDetails: { subject, publicKey: key.public, privateKey: key.private },
        TTL: TTL_S,
        topic: id.replaceAll('-', '').slice(0, 32),
      })
    // Its time begins with its turn.
    const sent = (key: VapidKeys) => inTurn(new URL(endpoint).hostname, () => post(signedBy(key), agent, timeLimitMs))
    const [newest, ...older] = keys
    let { status, headers } = await sent(newest)
    for (const key of older) {
      if (!OTHER_KEY.includes(status)) break
      ;({ status, headers } = await sent(key))
    }
    if (status >= 200 && status < 300) return
    if (status === 404 || status === 410) throw new SubscriptionGone(`HTTP ${status}`)
    if (status === 429 || status === 503) throw new TryLater(status, headers)
    // 408 passes; the other refusals of the client do not, nor would a redirect, which nobody follows from here.
    if (status < 500 && status !== 408) throw new PushRefused(`HTTP ${status}`)
    if (leavesOpen(status)) throw new UnknownOutcome(`the push service answered ${status}`)
    throw new Error(`the push service answered ${status}`)
  }
}

/**
 * Our own instead of web-push's: a person who subscribes names the server that answers, so the whole call has its time and the
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
          : wasNeverSent(error.code)
            ? new Error(`the push service did not take it: ${error.code}`)
            : new UnknownOutcome(`the push service: ${signal.aborted ? 'no answer in time' : error.code}`),
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
