import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { loadConfig } from '../../config.ts'
import { openDatabases } from '../../db/databases.ts'
import { type Databases } from '../../db/databases.ts'
import { limitSessions } from '../../db/limits.ts'
import { SERVICES, type Service } from '../../services.ts'
import { TEMPLATE_PREFIX, testServers } from './servers.ts'

export interface TestDatabases extends Databases {
  /** As a process would get them. */
  readonly env: Record<string, string>
  /** Past a pooler. */
  readonly urls: Record<Service, string>
  close(): Promise<void>
}

export interface CloneOptions {
  /** Connections at most to each. */
  readonly pool?: string | undefined
  /** host:port of a pooler to go through. */
  readonly pooler?: string | undefined
}

/** Five databases of this test file's own, cloned from the migrated templates. `close` drops them, and fails on a leaked connection. */
export async function cloneDatabases({ pool = '5', pooler }: CloneOptions = {}): Promise<TestDatabases> {
  const server = testServers().postgres
  const prefix = `t_${randomBytes(5).toString('hex')}_`
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  for (const service of SERVICES)
    await client.query(`create database ${prefix}${service} template ${TEMPLATE_PREFIX}${service}`)
  // Settings of a database do not come with its template.
  for (const service of SERVICES) await limitSessions(client, `${prefix}${service}`)
  await client.end()
  const urls = Object.fromEntries(SERVICES.map((s) => [s, new URL(`/${prefix}${s}`, server).href])) as Record<
    Service,
    string
  >
  const pooled = (url: string) => {
    const through = new URL(url)
    if (pooler !== undefined) through.host = pooler
    return through.href
  }
  const env = Object.fromEntries(
    SERVICES.flatMap((s) => [
      [`${s.toUpperCase()}_DATABASE_URL`, pooled(urls[s])],
      [`${s.toUpperCase()}_DIRECT_URL`, urls[s]],
    ]),
  )
  const databases = openDatabases(loadConfig({ ...env, DATABASE_POOL: pool }), 'test')
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
