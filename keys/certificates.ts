import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import type { Config } from '../config.ts'

/** A certificate that runs out by itself: one of a file that a variable names, or the one that clients see. */
export interface Certificate {
  readonly name: 'temporal_client' | 'temporal_authority' | 'public'
  readonly variable: 'TEMPORAL_TLS_CERT' | 'TEMPORAL_TLS_CA' | 'PUBLIC_URL'
  /** Anew each time: others renew it under a running process. */
  readonly read: () => Promise<X509Certificate>
}

const HANDSHAKE_MS = 3_000

export function certificatesOf({
  TEMPORAL_TLS_CERT,
  TEMPORAL_TLS_CA,
  publicUrl,
}: Pick<Config, 'TEMPORAL_TLS_CERT' | 'TEMPORAL_TLS_CA' | 'publicUrl'>): readonly Certificate[] {
  const file = (path: string) => async () => new X509Certificate(await readFile(path))
  return [
    ...(TEMPORAL_TLS_CERT === undefined
      ? []
      : [{ name: 'temporal_client', variable: 'TEMPORAL_TLS_CERT', read: file(TEMPORAL_TLS_CERT) } as const]),
    ...(TEMPORAL_TLS_CA === undefined
      ? []
      : [{ name: 'temporal_authority', variable: 'TEMPORAL_TLS_CA', read: file(TEMPORAL_TLS_CA) } as const]),
    ...(publicUrl.startsWith('https:')
      ? [{ name: 'public', variable: 'PUBLIC_URL', read: () => served(new URL(publicUrl)) } as const]
      : []),
  ]
}

export const daysLeft = ({ validTo }: X509Certificate): number => (Date.parse(validTo) - Date.now()) / 86_400_000

/** The certificate that a server shows, trusted or not: its end is asked for. */
function served({ hostname, port }: URL): Promise<X509Certificate> {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>()
  const socket = connect(
    { host: hostname, port: Number(port || 443), servername: hostname, rejectUnauthorized: false },
    () => {
      const peer = socket.getPeerX509Certificate()
      if (peer) resolve(peer)
      else reject(new Error('no certificate'))
    },
  )
  socket.setTimeout(HANDSHAKE_MS, () => socket.destroy(new Error(`no handshake within ${HANDSHAKE_MS / 1000} s`)))
  socket.on('error', reject)
  return promise.finally(() => socket.destroy())
}
