import type { IncomingMessage } from 'node:http'
import type { Config } from '../../config.ts'
import { clientAddress, isLoopback, parseAddress } from '../../network/client-address.ts'

/** The client's address, canonical: for limits, sessions and notices. */
export const addressOf = (request: IncomingMessage, { TRUSTED_PROXIES }: Pick<Config, 'TRUSTED_PROXIES'>): string =>
  clientAddress(
    request.socket.remoteAddress ?? '',
    [request.headers['x-forwarded-for'] ?? []].flat().join(','),
    TRUSTED_PROXIES,
  )

/** Names of this machine that no web page elsewhere can be found by. */
const LOCAL_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i

/**
 * Whether somebody on this machine asks, by a name of this machine: not through a proxy here, which passes others on, and not a page whose
 * own name was made to lead here (DNS rebinding).
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const proxied = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined
  return !proxied && isLoopback(parseAddress(socket.remoteAddress ?? '') ?? '') && LOCAL_NAMES.test(headers.host ?? '')
}
