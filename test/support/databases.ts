import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { loadConfig } from '../../config.ts'
import { openDatabases, type Databases } from '../../db/connection.ts'
import { SERVICES, type Service } from '../../services.ts'
import { TEMPLATE_PREFIX, testServers } from './servers.ts'

export interface TestDatabases extends Databases {
  /** As a process would get them. */
  readonly env: Record<string, string>
  readonly urls: Record<Service, string>
  close(): Promise<void>
}

/** Five databases of this test file's own, cloned from the migrated templates. `close` drops them, and fails on a leaked connection. */
export async function cloneDatabases(): Promise<TestDatabases> {
  const server = testServers().postgres
  const prefix = `t_${randomBytes(5).toString('hex')}_`
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  for (const service of SERVICES)
    await client.query(`create database ${prefix}${service} template ${TEMPLATE_PREFIX}${service}`)
  await client.end()
  const urls = Object.fromEntries(SERVICES.map((s) => [s, new URL(`/${prefix}${s}`, server).href])) as Record<
    Service,
    string
  >
  const env = Object.fromEntries(SERVICES.map((s) => [`${s.toUpperCase()}_DATABASE_URL`, urls[s]]))
  const databases = openDatabases(loadConfig({ ...env, DATABASE_POOL: '5' }), 'test')
  return {
    ...databases,
    env,
    urls,
    close: async () => {
      await databases.close()
      const dropper = new pg.Client({ connectionString: server })
      await dropper.connect()
      for (const service of SERVICES) await dropper.query(`drop database ${prefix}${service} with (force)`)
      await dropper.end()
    },
  }
}
