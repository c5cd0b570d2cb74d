import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { resolve, dirname } from 'node:path'
import { connect } from 'node:tls'
import { said } from './databases.ts'
import { fault, ok, warning, within, type Check, type Finding } from './finding.ts'

const MIB = 1024 * 1024
const LOW_MIB = 1_024
const FULL_MIB = 100

/** The file system that logs and embedded databases are on. */
export const checkDisk: Check = async ({ config }) => {
  const path = resolve(config.DATA_DIR)
  const { bavail, bsize } = await statfs(existing(path))
  const free = Math.floor((bavail * bsize) / MIB)
  const facts = { free, path }
  if (free < FULL_MIB) return [fault('disk', 'disk.full', facts)]
  return [free < LOW_MIB ? warning('disk', 'disk.low', facts) : ok('disk', 'disk.ok', facts)]
}

const existing = (path: string): string => (existsSync(path) || path === dirname(path) ? path : existing(dirname(path)))

/** Two weeks: renewals that failed are seen in time. */
const SOON_DAYS = 14
const DAY_MS = 86_400_000

/** Those of files that variables name, and the one that clients see. */
export const checkCertificates: Check = async ({ config }) => {
  const { TEMPORAL_TLS_CERT, TEMPORAL_TLS_CA, publicUrl } = config
  const files = Object.entries({ TEMPORAL_TLS_CERT, TEMPORAL_TLS_CA }).filter(([, path]) => path !== undefined)
  const found = await Promise.all([
    ...files.map(([name, path]) => certificate(name, async () => new X509Certificate(await readFile(path as string)))),
    ...(publicUrl.startsWith('https:') ? [certificate('PUBLIC_URL', () => served(new URL(publicUrl)))] : []),
  ])
  return found
}

async function certificate(name: string, read: () => Promise<X509Certificate>): Promise<Finding> {
  try {
    const days = Math.floor((Date.parse((await read()).validTo) - Date.now()) / DAY_MS)
    if (days < 0) return fault('certificates', 'certificate.over', { name })
    return (days < SOON_DAYS ? warning : ok)('certificates', days < SOON_DAYS ? 'certificate.soon' : 'certificate.ok', {
      name,
      days,
    })
  } catch (error) {
    return warning('certificates', 'certificate.unread', { name, error: said(error) })
  }
}

/** The certificate that a server shows, trusted or not: its end is asked for. */
function served({ hostname, port }: URL): Promise<X509Certificate> {
  const { promise, resolve: done, reject } = Promise.withResolvers<X509Certificate>()
  const socket = connect(
    { host: hostname, port: Number(port || 443), servername: hostname, rejectUnauthorized: false },
    () => {
      const peer = socket.getPeerX509Certificate()
      if (peer) done(peer)
      else reject(new Error('no certificate'))
    },
  )
  socket.on('error', reject)
  return within(5_000, promise).finally(() => socket.destroy())
}
