import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { attendProcess, leaveProcess, type Attending } from '../db/auth/processes.ts'
import { runLoop, type Stoppable } from '../lifecycle.ts'
import { SERVICES, type Service } from '../services.ts'
import type { Logger } from '../telemetry/logger.ts'
import { AT_START, examine } from './examine.ts'
import { opens, type Examined } from './finding.ts'
import { fingerprints } from './keys.ts'
import { version as VERSION } from '../telemetry/version.ts'
import { inWords } from './words.ts'

/** A process counts as living for three times that (`db/auth/processes.ts`). */
const EVERY_MS = 30_000

/**
 * Writes down that this process is there, with what all processes must have alike, and says at its start in the log what is wrong around
 * it. A database that is away holds up nothing.
 * @param services whose databases it has pools to
 */
export function attend(
  role: 'api' | 'workers',
  services: readonly Service[],
  examined: Examined & { readonly keys: NonNullable<Examined['keys']> },
  logger: Logger,
): Stoppable {
  const { config, databases, keys } = examined
  const attending: Attending = {
    id: randomUUID(),
    role,
    host: hostname(),
    pid: process.pid,
    version: VERSION,
    pool: config.DATABASE_POOL,
    services: SERVICES.filter((service) => services.includes(service)),
    fingerprints: fingerprints(keys, config),
  }
  let told = false
  const loop = runLoop({
    round: async () => {
      // Workers with a database of their own alone stand in no list.
      if (opens(config, 'auth')) await attendProcess(databases.auth, attending)
      if (!told) await tell(examined, logger)
      told = true
      return EVERY_MS
    },
    failed: () => EVERY_MS,
  })
  return {
    stop: async () => {
      await loop.stop()
      if (opens(config, 'auth')) await leaveProcess(databases.auth, attending.id).catch(() => {})
    },
  }
}

/** One line for each finding that is not well. */
async function tell(examined: Examined, logger: Logger): Promise<void> {
  for (const { check, level, code, facts } of await examine(examined, AT_START)) {
    if (level === 'ok') continue
    const of = { check, code, ...facts, words: inWords({ code, facts }, 'en') }
    if (level === 'fault') logger.error(of, 'the doctor found a fault')
    else logger.warn(of, 'the doctor warns')
  }
}
