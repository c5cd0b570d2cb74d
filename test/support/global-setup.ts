import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workflowBundle } from '../../workers/bundle.ts'
import { loadConfig } from '../../config.ts'
import { migrate } from '../../db/migrate.ts'
import { findTemporal, startTemporal } from '../../local/temporal/temporal.ts'
import { freePort } from '../../local/processes/ports.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { SERVICES, type Service } from '../../services.ts'
import { containedTemporal, inContainers, startContainedPostgres } from './containers.ts'
import { TEMPLATE_PREFIX, type Servers } from './servers.ts'

/** Starts what a whole run shares: a Postgres with migrated template databases, a Temporal server, one workflow bundle. */
// jest wants a default export here.
// eslint-disable-next-line no-restricted-syntax -- jest loads it so
export default async function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const config = loadConfig({})
  const [postgres, temporal, bundle] = await Promise.all([
    inContainers
      ? startContainedPostgres(folder)
      : startPostgres({ dataDir: join(folder, 'postgres'), durable: false }),
    (async () => {
      const found = inContainers ? containedTemporal(folder) : await findTemporal({ config, onProgress: say })
      return startTemporal({
        binary: found,
        port: await freePort(),
        uiPort: null,
        namespace: 'default',
        log: join(folder, 'temporal.log'),
      })
    })(),
    workflowBundle(),
  ])
  const templates = Object.fromEntries(
    SERVICES.map((s) => [s, new URL(`/${TEMPLATE_PREFIX}${s}`, postgres.url).href]),
  ) as Record<Service, string>
  await migrate(templates)
  const servers: Servers = { postgres: postgres.url, temporal: temporal.address, bundlePath: bundle.codePath }
  process.env['SCENOR_TEST_SERVERS'] = JSON.stringify(servers)
  ;(globalThis as { stopServers?: () => Promise<void> }).stopServers = async () => {
    await Promise.all([temporal.stop(), postgres.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}
