import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import type { Config } from '../config.ts'

/** Variables that name a file with a certificate, and what each is called in metrics. */
const FILES = {
  TEMPORAL_TLS_CERT: 'temporal_client',
  TEMPORAL_TLS_CA: 'temporal_authority',
  SERVICE_TLS_CERT: 'service',
  SERVICE_TLS_CA: 'service_authority',
} as const
type FileVariable = keyof typeof FILES

/** A certificate that runs out by itself: one of a file that a variable names, or the one that clients see. */
export interface Certificate {
  readonly name: (typeof FILES)[FileVariable] | 'public'
  readonly variable: FileVariable | 'PUBLIC_URL'
  /** Anew each time: others renew it under a running process. */
  readonly read: () => Promise<X509Certificate>
}

const HANDSHAKE_MS = 3_000

export function certificatesOf(
  config: Partial<Pick<Config, FileVariable>> & Pick<Config, 'publicUrl'>,
): readonly Certificate[] {
  const { publicUrl } = config
  const files = (Object.keys(FILES) as FileVariable[]).flatMap((variable): Certificate[] => {
    const path = config[variable]
    if (path === undefined) return []
    return [{ name: FILES[variable], variable, read: async () => new X509Certificate(await readFile(path)) }]
  })
  if (!publicUrl.startsWith('https:')) return files
  return [...files, { name: 'public', variable: 'PUBLIC_URL', read: () => served(new URL(publicUrl)) }]
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
