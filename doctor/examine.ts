import { checkClock, checkConnections, checkDatabases, checkPooler, said } from './databases.ts'
import { fault, within, type Check, type Examined, type Finding } from './finding.ts'
import { checkKeys, checkVersions } from './keys.ts'
import { checkCertificates, checkDisk } from './machine.ts'
import { checkBus, checkInternal, checkMail, checkProviders, checkRedis } from './outside.ts'
import { checkTemporal, checkWorkers } from './temporal.ts'

/**
 * What a process asks at its start: of what it works with itself. Providers and mail servers are not ours to knock at each time; its clock
 * is asked by `tellSkew`.
 */
export const AT_START: Readonly<Record<string, Check>> = {
  databases: checkDatabases,
  connections: checkConnections,
  temporal: checkTemporal,
  keys: checkKeys,
  versions: checkVersions,
  disk: checkDisk,
  certificates: checkCertificates,
}

/** All of it, for a person who asks. */
export const ALL: Readonly<Record<string, Check>> = {
  ...AT_START,
  clock: checkClock,
  pooler: checkPooler,
  workers: checkWorkers,
  internal: checkInternal,
  redis: checkRedis,
  bus: checkBus,
  mail: checkMail,
  providers: checkProviders,
}

const LIMIT_MS = 20_000
/** Of a check that cannot be made because what it asks is away: the check of that says so. */
const FOLLOWS: Readonly<Record<string, string>> = {
  connections: 'database',
  clock: 'database',
  keys: 'database',
  versions: 'database',
  pooler: 'database',
  bus: 'database',
  workers: 'temporal',
}

/** Makes the checks, beside each other. One that throws is a finding itself, unless it only follows from another. */
export async function examine(examined: Examined, checks: Readonly<Record<string, Check>>): Promise<Finding[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return { name, findings: await within(LIMIT_MS, check(examined)), error: undefined }
      } catch (error) {
        return { name, findings: [], error }
      }
    }),
  )
  const faults = results.flatMap(({ findings }) => findings).filter(({ level }) => level === 'fault')
  return results.flatMap(({ name, findings, error }) => {
    if (error === undefined) return findings
    const cause = FOLLOWS[name]
    return cause !== undefined && faults.some(({ check }) => check.startsWith(cause))
      ? []
      : [fault(name, 'check.failed', { error: said(error) })]
  })
}
