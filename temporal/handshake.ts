import { connect, type ConnectionOptions } from 'node:tls'

/** What of TLS keeps a Temporal server and this process apart. */
export type TlsFault =
  | 'certificate_missing'
  | 'certificate_refused'
  | 'certificate_expired'
  | 'not_trusted'
  | 'other_name'
  | 'tls_wanted'
  | 'no_tls'

const LIMIT_MS = 3_000

/** By what stands in the code of OpenSSL's or Node's error; alerts are the server's word on us. */
const BY_CODE: readonly (readonly [RegExp, TlsFault])[] = [
  [/ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/, 'certificate_missing'],
  [/ALERT_CERTIFICATE_EXPIRED/, 'certificate_expired'],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED|ACCESS_DENIED|DECRYPT_ERROR)/,
    'certificate_refused',
  ],
  [/KEY_VALUES_MISMATCH|NO_START_LINE/, 'certificate_refused'],
  [/ALTNAME_INVALID/, 'other_name'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ECONNRESET/, 'no_tls'],
  [/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_|DEPTH_ZERO/, 'not_trusted'],
]

/**
 * Shakes hands once as the client would, to learn who refused whom: gRPC says no more than that there is no connection. In TLS 1.3 the
 * server looks at our certificate after our side is done, so its first word is waited for.
 * @param own undefined: this process speaks no TLS; asks whether the server does
 * @returns undefined when that is not what is wrong
 */
export function tlsFault(
  address: string,
  own: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> | undefined,
): Promise<TlsFault | undefined> {
  const { hostname: host, port } = new URL(`tcp://${address}`)
  const { promise, resolve } = Promise.withResolvers<TlsFault | undefined>()
  const failed = (error: NodeJS.ErrnoException) =>
    resolve(own && BY_CODE.find(([code]) => code.test(error.code ?? ''))?.[1])
  try {
    const socket = connect({
      host: host.replace(/^\[|\]$/g, ''),
      port: Number(port || 7233),
      ALPNProtocols: ['h2'],
      ...(own ?? { rejectUnauthorized: false }),
    })
    socket.on('error', failed)
    socket.setTimeout(LIMIT_MS, () => resolve(undefined))
    if (!own) socket.once('secureConnect', () => resolve('tls_wanted'))
    // A ticket for the next session, or a word: the server has taken what it saw.
    socket.once('session', () => resolve(undefined))
    socket.once('data', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
    return promise.finally(() => socket.destroy())
  } catch (error) {
    // A file that is no certificate, or a key of another one.
    failed(error as NodeJS.ErrnoException)
    return promise
  }
}
