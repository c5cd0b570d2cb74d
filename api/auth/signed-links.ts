import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ParsedUrlQuery } from 'node:querystring'
import { secretsOf, type Ring } from '../../keys/rings.ts'
import { RETENTION } from '../../retention.ts'
import type { Caller } from '../http/caller.ts'
import type { Sessions } from './sessions.ts'

/** Until when it is good (seconds since 1970, base 36), the session, the signature. */
const LINK = /^([0-9a-z]{1,9})\.([0-9a-f-]{36})\.([\w-]{43})$/

/**
 * Links that open one file for whoever has them, for a browser cannot send a token with a download. Nothing of one is kept: it says until
 * when and in whose session it is good, and is signed with that and with the very address that it opens.
 */
export interface SignedLinks {
  /**
   * @param origin of the API
   * @param target path and query of what it opens
   */
  make(caller: Caller, origin: string, target: string): { readonly url: string; readonly expires_at: Date }
  /** In whose session it was made, while that lives and its time is not over; undefined for every other reason why it opens nothing. */
  open(path: string, query: ParsedUrlQuery): Promise<Caller | undefined>
}

export function createSignedLinks({ ring, sessions }: { ring: Ring; sessions: Pick<Sessions, 'of'> }): SignedLinks {
  const secrets = secretsOf(ring)
  const signed = (secret: Buffer, path: string, query: ParsedUrlQuery, until: string, sessionId: string): Buffer => {
    const asked = Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return createHmac('sha256', secret)
      .update(JSON.stringify(['link', path, asked, until, sessionId]))
      .digest()
  }
  return {
    make: ({ session_id }, origin, target) => {
      const url = new URL(target, origin)
      const seconds = Math.floor(Date.now() / 1000) + RETENTION.signedLinks
      const until = seconds.toString(36)
      const mac = signed(secrets[0], url.pathname, Object.fromEntries(url.searchParams), until, session_id)
      url.searchParams.set('link', `${until}.${session_id}.${mac.toString('base64url')}`)
      return { url: url.href, expires_at: new Date(seconds * 1000) }
    },
    open: async (path, { link, ...query }) => {
      const [, until = '', sessionId = '', mac = ''] = LINK.exec(typeof link === 'string' ? link : '') ?? []
      if (until === '' || parseInt(until, 36) * 1000 < Date.now()) return undefined
      const given = Buffer.from(mac, 'base64url')
      const isOurs = secrets.some((secret) => timingSafeEqual(given, signed(secret, path, query, until, sessionId)))
      return isOurs ? sessions.of(sessionId) : undefined
    },
  }
}
