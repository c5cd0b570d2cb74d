import { createHash } from 'node:crypto'
import { sql, type QueryExecutorProvider } from 'kysely'
import { newestPeppers } from '../db/auth/accounts.ts'
import { NO_PEPPER } from '../db/auth/schema.ts'
import { livingProcesses } from '../db/auth/processes.ts'
import type { Config } from '../config.ts'
import type { Keys } from '../keys/keys.ts'
import { holds, type Secret } from '../roles.ts'
import { version as VERSION } from '../telemetry/version.ts'
import { fault, ok, opens, warning, type Check, type Finding } from './finding.ts'

/** Enough to tell keys apart, and nothing of them: they have 256 bits each. */
const fingerprint = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256').update('scenor key fingerprint')
  for (const part of parts) hash.update('\0').update(part)
  return hash.digest('hex').slice(0, 12)
}
const ofRing = (ring: readonly { readonly id: string; readonly secret: Buffer }[]) =>
  ring.map(({ id, secret }) => `${id}:${fingerprint(id, secret)}`).join(',')

/** Of each key that all processes of an installation must have alike, by its variable: of those that this one has. */
export function fingerprints(keys: Keys, { role }: Pick<Config, 'role'>): Record<string, string> {
  // Behind the first of these two stand peppers of before, which workers have not.
  const each: readonly (readonly [Secret, () => string, of?: string])[] = [
    ['PAYLOAD_KEYS', () => ofRing(keys.payload)],
    ['PASSWORD_PEPPER', () => ofRing(keys.peppers)],
    ['SERVICE_PRIVATE_KEY', () => fingerprint(keys.serviceToken.export({ type: 'pkcs8', format: 'der' }))],
    ['UNSUBSCRIBE_KEYS', () => ofRing(keys.unsubscribe.slice(0, 1)), 'first of UNSUBSCRIBE_KEYS'],
    ['IDEMPOTENCY_KEYS', () => ofRing(keys.idempotency)],
    ['PHONE_CODE_KEYS', () => ofRing(keys.phoneCodes)],
    ['LIMIT_KEYS', () => ofRing(keys.limits.slice(0, 1)), 'first of LIMIT_KEYS'],
    ['VAPID_KEYS', () => keys.vapid.map((pair) => fingerprint(pair.public)).join(',')],
  ]
  return Object.fromEntries(
    each.flatMap(([secret, print, name = secret]) => (holds(role, secret) ? [[name, print()]] : [])),
  )
}

/** They are those of the data, and of every other process. */
export const checkKeys: Check = async ({ keys, databases, config }) => {
  if (!keys) return []
  const findings: Finding[] = []
  if (opens(config, 'auth') && holds(config.role, 'PASSWORD_PEPPER'))
    for (const pepper of await newestPeppers(databases.auth))
      if (pepper !== NO_PEPPER && !keys.peppers.some(({ id }) => id === pepper))
        findings.push(fault('keys', 'keys.pepper', { pepper }))
  const key = opens(config, 'ai') ? await newestSeal(databases.ai) : undefined
  if (key !== undefined && !keys.payload.some(({ id }) => id === key))
    findings.push(fault('keys', 'keys.payload', { key }))
  const living = opens(config, 'auth') ? await livingProcesses(databases.auth) : []
  for (const [name, value] of Object.entries(fingerprints(keys, config))) {
    const others = living.filter(
      (process) => process.fingerprints[name] !== undefined && process.fingerprints[name] !== value,
    )
    const who = others.map(({ role, host, pid }) => `${role} ${pid}@${host}`)
    if (who.length > 0) findings.push(fault('keys', 'keys.differ', { key: name, others: who.join(', ') }))
  }
  return findings.length > 0 ? findings : [ok('keys', 'keys.ok', { processes: living.length })]
}

/** Of the newest text of a model call, the id of its key (`keys/seal.ts` says how it is written). */
async function newestSeal(ai: QueryExecutorProvider): Promise<string | undefined> {
  const { rows } = await sql<{ messages: Buffer }>`
    select messages from calls where octet_length(messages) > 0 order by started_at desc limit 1`.execute(ai)
  const sealed = rows[0]?.messages
  return sealed && sealed.subarray(1, 1 + (sealed[0] ?? 0)).toString()
}

/** Processes of one release, but for the time in which one replaces the other. */
export const checkVersions: Check = async ({ databases, config }) => {
  const node = process.versions.node
  if (Number(node.split('.')[0]) < 24) return [warning('versions', 'node.old', { node })]
  const living = opens(config, 'auth') ? await livingProcesses(databases.auth) : []
  const versions = [...new Set(living.map(({ version }) => version))]
  if (versions.length > 1) return [warning('versions', 'versions.differ', { versions: versions.join(', ') })]
  return [ok('versions', 'versions.ok', { version: versions[0] ?? VERSION, node })]
}
