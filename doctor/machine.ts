import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { resolve, dirname } from 'node:path'
import { certificatesOf, type Certificate } from '../keys/certificates.ts'
import { said } from './databases.ts'
import { fault, ok, warning, type Check, type Finding } from './finding.ts'

const MIB = 1024 * 1024
const LOW_MIB = 1_024
const FULL_MIB = 100

/** The file system that logs and embedded databases are on. */
export const checkDisk: Check = async ({ config }) => {
  const path = resolve(config.DATA_DIR)
  const { bavail, blocks, bsize } = await statfs(existing(path))
  const free = Math.floor((bavail * bsize) / MIB)
  const facts = { free, path }
  // A container's scratch folder in memory is small on purpose: it has no database, and its log goes to standard output.
  if ((blocks * bsize) / MIB < LOW_MIB) return [ok('disk', 'disk.ok', facts)]
  if (free < FULL_MIB) return [fault('disk', 'disk.full', facts)]
  return [free < LOW_MIB ? warning('disk', 'disk.low', facts) : ok('disk', 'disk.ok', facts)]
}

const existing = (path: string): string => (existsSync(path) || path === dirname(path) ? path : existing(dirname(path)))

/** Two weeks: renewals that failed are seen in time. */
const SOON_DAYS = 14

/** Those of files that variables name, and the one that clients see. */
export const checkCertificates: Check = ({ config }) =>
  Promise.all(certificatesOf(config).map((one) => check(one, config.publicUrl)))

const LOOPBACK = /^(localhost|127\..*|\[::1\])$/

async function check({ variable: name, daysLeft }: Certificate, publicUrl: string): Promise<Finding> {
  try {
    const days = Math.floor(await daysLeft())
    if (days < 0) return fault('certificates', 'certificate.over', { name })
    return (days < SOON_DAYS ? warning : ok)('certificates', days < SOON_DAYS ? 'certificate.soon' : 'certificate.ok', {
      name,
      days,
    })
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    if (name === 'PUBLIC_URL' && isRefused && LOOPBACK.test(new URL(publicUrl).hostname))
      return ok('certificates', 'certificate.elsewhere', { name })
    return warning('certificates', 'certificate.unread', { name, error: said(error) })
  }
}
