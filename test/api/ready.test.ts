import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createApi } from '../../api/root.ts'
import { loadConfig } from '../../config.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { newSecret } from '../../keys/rings.ts'
import { createApiClient } from '../support/http.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { testServers } from '../support/servers.ts'
import { startSystem } from '../support/system.ts'
import { until } from '../support/until.ts'

const logger = createLogger({ LOG_LEVEL: 'silent' as never }, 'test')

/** What a second API of that system says of itself, which has one thing otherwise. */
async function readiness(env: Record<string, string>, changed: Record<string, string>) {
  const loaded = loadConfig({ ...env, ...changed })
  const api = await createApi({ ...loaded, PORT: 0, INTERNAL_PORT: 0, METRICS_PORT: 0 }, { logger })
  try {
    const client = createApiClient(`http://127.0.0.1:${api.port}`)
    const ask = () => client.call('GET', '//health/ready')
    // Which peppers stored hashes name is asked beside the start.
    if ('PASSWORD_PEPPER' in changed) await until(async () => (await ask()).body.status !== 'ok')
    return await ask()
  } finally {
    await api.stop()
  }
}

test('ready names what is wrong, and says degraded where it still serves', async () => {
  const system = await startSystem({ workers: ['auth', 'users', 'notifications'] })
  await system.api.register()
  const server = testServers().postgres
  await using pooler = await startPgBouncer(server, 'statement')
  const other = (database: string) => new URL(`/${database}`, server).href
  const pooled = new URL(system.databases.urls.users)
  pooled.host = pooler.address
  const wrong = new URL(system.databases.urls.users)
  wrong.password = 'wrong'
  const env = {
    ...system.databases.env,
    ...{ DATA_DIR: system.config.DATA_DIR, TEMPORAL_ADDRESS: testServers().temporal, DRAIN_S: '0', DATABASE_POOL: '2' },
  }
  try {
    expect(await readiness(env, {})).toMatchObject({ status: 200, body: { status: 'ok' } })
    // It accepts work all the same.
    for (const [changed, check, reason] of [
      [{ TEMPORAL_NAMESPACE: `none-${randomBytes(4).toString('hex')}` }, 'temporal', 'namespace_missing'],
      [{ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'temporal', expect.stringMatching(/^(unreachable|no_answer)$/)],
      [{ PASSWORD_PEPPER: newSecret() }, 'keys', 'pepper_missing'],
    ] as [Record<string, string>, string, unknown][])
      expect(await readiness(env, changed)).toMatchObject({
        status: 200,
        body: { status: 'degraded', checks: { [check]: { status: 'degraded', reason, detail: expect.any(String) } } },
      })
    for (const [url, reason] of [
      [other('nobody_made_this'), 'database_missing'],
      [other('postgres'), 'not_migrated'],
      [pooled.href, 'pool_mode'],
      [wrong.href, 'wrong_password'],
      ['postgresql://x:y@127.0.0.1:1/users', 'unreachable'],
    ] as const) {
      const { status, body, text } = await readiness(env, { USERS_DATABASE_URL: url })
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { status: 'unavailable', checks: { database_users: { status: 'unavailable', reason } } },
      })
      expect(body.checks.database_auth).toEqual({ status: 'ok' })
      // Everybody may read it.
      expect(text).not.toContain(new URL(url).host)
    }
  } finally {
    await system.stop()
  }
})
