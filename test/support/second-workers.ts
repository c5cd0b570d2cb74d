import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../telemetry/logger.ts'
import { createWorkers, type RunningWorkers } from '../../workers/root.ts'
import { testServers } from './servers.ts'
import type { System } from './system.ts'

/** The run's bundle under another name, which makes it another version, changed if wanted. It goes with the scope. */
export function otherBundle(fingerprint: string, change: (code: string) => string = (code) => code) {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bundle-'))
  const path = join(folder, `workflows-${fingerprint}.js`)
  writeFileSync(path, change(readFileSync(testServers().bundlePath, 'utf8')))
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

/** A second set of workers on the queues and databases of a system, with a bundle of their own; no relays. */
export const startSecondWorkers = (
  { config, databases, logs }: Pick<System, 'config' | 'databases' | 'logs'>,
  bundlePath: string,
): Promise<RunningWorkers> =>
  createWorkers(config, {
    ...{ databases, bundlePath, relays: false, schedules: false },
    logger: createLogger(config, 'second', { write: (line: string) => void logs.push(line) }),
  })
