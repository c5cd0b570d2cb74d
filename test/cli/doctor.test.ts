import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { attend } from '../../doctor/attendance.ts'
import { livingProcesses } from '../../db/auth/processes.ts'
import { newSecret } from '../../keys/rings.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { startCommand } from '../support/command.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
  await system.api.register()
})
afterAll(() => system.stop())

const doctor = (env: Record<string, string> = {}, ...args: string[]) =>
  startCommand('cli/doctor.ts', args, {
    ...system.databases.env,
    DATA_DIR: system.config.DATA_DIR,
    TEMPORAL_ADDRESS: testServers().temporal,
    TASK_QUEUE_SUFFIX: system.config.TASK_QUEUE_SUFFIX,
    INTERNAL_URL: system.config.internalUrl,
    ...env,
  }).ended
interface Found {
  readonly check: string
  readonly level: string
  readonly code: string
  readonly words: string
}
const found = async (env?: Record<string, string>): Promise<{ code: number | null; findings: Found[] }> => {
  const { code, out } = await doctor(env, '--json')
  return { code, findings: JSON.parse(out).findings }
}
const of = (findings: readonly Found[], level: string) =>
  findings.filter((f) => f.level === level).map(({ check, code }) => `${check}: ${code}`)

/** Answers every question so. */
async function answering(status: number, body: unknown) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

test('where all is well it says so, and ends with 0', async () => {
  // As in a container, before which the gateway of this machine is.
  const { code, findings } = await found({ PUBLIC_URL: 'https://localhost:1' })
  expect({ code, faults: of(findings, 'fault') }).toEqual({ code: 0, faults: [] })
  expect(of(findings, 'ok')).toEqual(
    expect.arrayContaining([
      'database_ai: database.ok',
      'connections: connections.ok',
      'temporal: temporal.ok',
      'workers: workers.ok',
      'keys: keys.ok',
      'pooler: pooler.none',
      'bus: bus.ok',
      'internal: internal.ok',
      'certificates: certificate.elsewhere',
    ]),
  )
  expect(of(findings, 'warning')).toEqual(['mail: mail.none', 'provider: provider.demo'])
})

test('each fault is named with what to do, beside each other, and it ends with 1', async () => {
  const server = testServers().postgres
  const wrong = new URL(system.databases.urls.notifications)
  wrong.password = 'wrong'
  await using rejecting = await answering(401, {})
  await using without = await answering(200, { data: [{ id: 'another-model' }] })
  const providers = [
    { name: 'first', base_url: rejecting.url, api_key: 'sk-secret-one', model: 'gpt-4.1-mini' },
    { name: 'second', base_url: without.url, api_key: 'sk-secret-two', model: 'of-no-price' },
    { name: 'third', base_url: 'http://127.0.0.1:1/v1', api_key: 'sk-secret-three', model: 'gpt-4.1-mini' },
  ]
  const env = {
    AI_DATABASE_URL: new URL('/nobody_made_this', server).href,
    USERS_DATABASE_URL: new URL('/postgres', server).href,
    SCENARIOS_DATABASE_URL: 'postgresql://someone:dont-tell@127.0.0.1:1/scenarios',
    NOTIFICATIONS_DATABASE_URL: wrong.href,
    TEMPORAL_NAMESPACE: 'nobody-made-this',
    SMTP_URL: 'smtp://user:dont-tell@127.0.0.1:1',
    REDIS_URL: 'redis://:dont-tell@127.0.0.1:1',
    AI_PROVIDERS: JSON.stringify(providers),
    INTERNAL_URL: 'http://127.0.0.1:1',
  }
  const { code, out, err } = await doctor(env, '--json')
  const { findings, faults } = JSON.parse(out)
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(of(findings, 'fault')).toEqual(
    expect.arrayContaining([
      'database_ai: database.database_missing',
      'database_users: database.not_migrated',
      'database_scenarios: database.unreachable',
      'database_notifications: database.wrong_password',
      'temporal: temporal.namespace_missing',
      'provider_first: provider.rejected',
      'provider_second: provider.model_unknown',
      'provider_third: provider.unreachable',
      'mail: mail.unreachable',
    ]),
  )
  expect(faults).toBe(of(findings, 'fault').length)
  expect(of(findings, 'warning')).toEqual(
    expect.arrayContaining([
      'provider_second: provider.priceless',
      'redis: redis.unreachable',
      'internal: internal.unreachable',
    ]),
  )
  expect(out).not.toMatch(/dont-tell|sk-secret/)
  const russian = await doctor(env, '--lang', 'ru')
  expect(russian.out).toMatch(/^✗ database_ai +базы нет: npm run migrate$/m)
})

test('keys that are missing, of another installation, or not those of another process are told; none is made', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'scenor-doctor-'))
  const none = await found({ DATA_DIR: empty })
  expect(of(none.findings, 'fault')).toContain('keys: keys.missing')
  expect(await readdir(empty)).toEqual([])

  const { config, databases, temporal, keys } = system
  const lines: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void lines.push(line) })
  const other = attend(
    'workers',
    ['ai'],
    { config: { ...config, TEMPORAL_NAMESPACE: 'none' }, databases, temporal, keys },
    logger,
  )
  await until(() => lines.some((line) => line.includes('temporal.namespace_missing')))
  expect(lines.join('')).toContain('the doctor found a fault')
  const differing = await found({ PASSWORD_PEPPER: newSecret() })
  expect(of(differing.findings, 'fault')).toEqual(expect.arrayContaining(['keys: keys.pepper', 'keys: keys.differ']))
  expect(differing.findings.find(({ code }) => code === 'keys.differ')?.words).toMatch(
    /^PASSWORD_PEPPER differs .* workers \d+@/,
  )
  await other.stop()
  expect(await livingProcesses(databases.auth)).toEqual([])
})

test('more pools than Postgres has connections are told, also of processes that rest', async () => {
  const { auth } = system.databases
  const process = {
    role: 'api',
    host: 'a',
    pid: 1,
    version: '0.1.0',
    pool: 60,
    services: ['auth', 'users', 'scenarios', 'ai', 'notifications'],
  }
  const ids = Array.from({ length: 7 }, () => randomUUID())
  await auth
    .insertInto('processes')
    .values(ids.map((id) => ({ ...process, id, fingerprints: '{}' })))
    .execute()
  const { code, findings } = await found()
  expect(code).toBe(0)
  expect(of(findings, 'warning')).toContain('connections: connections.exceeded')
  await auth.deleteFrom('processes').execute()
})

test('a pooler that takes notifications away is told, and what to set', async () => {
  await using pooler = await startPgBouncer(testServers().postgres)
  const pooled = Object.fromEntries(
    Object.entries(system.databases.env).map(([name, url]) => {
      const through = new URL(url)
      through.host = pooler.address
      return [name, through.href]
    }),
  )
  expect(of((await found(pooled)).findings, 'warning')).toContain('pooler: pooler.deaf')
  const direct = Object.entries(system.databases.env).filter(([name]) => name.endsWith('_DIRECT_URL'))
  expect(of((await found({ ...pooled, ...Object.fromEntries(direct) })).findings, 'ok')).toContain('pooler: pooler.ok')
})

test('--help says how; an unknown option is said in a sentence', async () => {
  expect(await doctor({}, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^usage: npm run doctor/) })
  expect(await doctor({}, '--nope')).toMatchObject({ code: 2, err: expect.stringMatching(/^Unknown option '--nope'/) })
})
