import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import type { Config } from '../config.ts'
import { tokenEnd } from './temporal-token.ts'

/** Variables that name a file with a certificate, and what each is called in metrics. */
const FILES = {
  TEMPORAL_TLS_CERT: 'temporal_client',
  TEMPORAL_TLS_CA: 'temporal_authority',
  SERVICE_TLS_CERT: 'service',
  SERVICE_TLS_CA: 'service_authority',
} as const
type FileVariable = keyof typeof FILES

/** What a connection string of Postgres may name, as `pg` reads it. */
const OF_DATABASES = { sslcert: 'postgres_client', sslrootcert: 'postgres_authority' } as const
type DatabaseFile = keyof typeof OF_DATABASES

/** What runs out by itself: a certificate of a file that a variable names, the one that clients see, the token for Temporal. */
export interface Certificate {
  readonly name: (typeof FILES)[FileVariable] | (typeof OF_DATABASES)[DatabaseFile] | 'public' | 'temporal_token'
  readonly variable: FileVariable | DatabaseFile | 'PUBLIC_URL' | 'TEMPORAL_API_KEY'
  /** Anew each time: others renew it under a running process. */
  readonly daysLeft: () => Promise<number>
}

const HANDSHAKE_MS = 3_000

export function certificatesOf(
  config: Partial<Pick<Config, FileVariable | 'TEMPORAL_API_KEY' | 'databases'>> &
    Pick<Config, 'publicUrl' | 'temporalTokenFile'>,
): readonly Certificate[] {
  const { publicUrl, TEMPORAL_API_KEY: token, temporalTokenFile: tokenFile } = config
  const files = (Object.keys(FILES) as FileVariable[]).flatMap((variable): Certificate[] => {
    const path = config[variable]
    if (path === undefined) return []
    return [{ name: FILES[variable], variable, daysLeft: () => daysOf(path) }]
  })
  const urls = Object.values(config.databases ?? {})
  const ofDatabases = (Object.keys(OF_DATABASES) as DatabaseFile[]).flatMap((variable): Certificate[] => {
    // Each service may have one of its own: the first to end counts.
    const paths = [...new Set(urls.flatMap((url) => new URL(url).searchParams.get(variable) ?? []))]
    if (paths.length === 0) return []
    const daysLeft = async () => Math.min(...(await Promise.all(paths.map(daysOf))))
    return [{ name: OF_DATABASES[variable], variable, daysLeft }]
  })
  // A key of another kind says nothing of its end.
  const tokenEnds = token === undefined ? undefined : tokenEnd(token)
  const now = async () =>
    (tokenFile === undefined ? undefined : tokenEnd(await readFile(tokenFile, 'utf8'))) ?? tokenEnds
  return [
    ...files,
    ...ofDatabases,
    ...(tokenEnds
      ? [
          {
            ...({ name: 'temporal_token', variable: 'TEMPORAL_API_KEY' } as const),
            daysLeft: async () => daysUntil((await now()) ?? tokenEnds),
          },
        ]
      : []),
    ...(publicUrl.startsWith('https:')
      ? [
          {
            ...({ name: 'public', variable: 'PUBLIC_URL' } as const),
            daysLeft: async () => daysUntil(new Date((await served(new URL(publicUrl))).validTo)),
          },
        ]
      : []),
  ]
}

const daysOf = async (path: string): Promise<number> =>
  daysUntil(new Date(new X509Certificate(await readFile(path)).validTo))

const daysUntil = (end: Date): number => (end.getTime() - Date.now()) / 86_400_000

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
