import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { loadConfig } from '../config.ts'
import { freePort } from '../local/processes/ports.ts'
import { startPostgres, type Postgres } from '../local/postgres/postgres.ts'
import { holds, holdersOf, SECRETS, type Secret } from '../roles.ts'
import { SERVICES, type Service } from '../services.ts'
import { startCommand } from './support/command.ts'
import { PASSWORD } from './support/http.ts'
import { testServers } from './support/servers.ts'
import { until } from './support/until.ts'

const upper = (service: Service) => service.toUpperCase()
const KEY = `k1:${'A'.repeat(43)}`

let folder: string
let server: Postgres
/** All secrets of an installation, each in its file. */
const files: Partial<Record<Secret, string>> = {}
const urlOf = (service: Service, database: string = service) =>
  `postgresql://scenor_${service}:${service}-secret@127.0.0.1:${server.port}/${database}`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-roles-'))
  server = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false })
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create role scenor login createdb password 'owner-secret'`)
  // As deploy/postgres/roles.sh does.
  for (const service of SERVICES) await admin.query(`create role scenor_${service} login password '${service}-secret'`)
  await admin.end()
  const made = parseEnv((await startCommand('cli/new-secrets.ts', [], {}).ended).out)
  const given: Partial<Record<Secret, string | undefined>> = {
    ...Object.fromEntries(SECRETS.map((name) => [name, made[name]])),
    ...Object.fromEntries(SERVICES.map((service) => [`${upper(service)}_DATABASE_URL`, urlOf(service)])),
    MIGRATE_DATABASE_URL: `postgresql://scenor:owner-secret@127.0.0.1:${server.port}/postgres`,
  }
  for (const [name, text] of Object.entries(given) as [Secret, string | undefined][]) {
    if (text === undefined) continue
    const path = join(folder, name)
    writeFileSync(path, text)
    files[name] = path
  }
  const { code, err } = await startCommand(
    'db/migrate.ts',
    [],
    own((name) => holds(['migrate'], name)),
  ).ended
  expect({ code, err }).toEqual({ code: 0, err: '' })
}, 300_000)
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Secrets that are chosen, by their files; all others are named too, by files that nobody can open. */
const own = (chosen: (name: Secret) => boolean): Record<string, string> =>
  Object.fromEntries(
    SECRETS.flatMap((name) => {
      if (!chosen(name)) return [[`${name}_FILE`, join(folder, 'not', 'for', 'you')]]
      const path = files[name]
      return path === undefined ? [] : [[`${name}_FILE`, path]]
    }),
  )

test.each(SERVICES)(
  'the role of %s opens its own database, in which it may change rows and no tables, and no other',
  async (service) => {
    const ask = async (url: string, text: string): Promise<string> => {
      const client = new pg.Client({ connectionString: url })
      try {
        await client.connect()
        await client.query(text)
        return 'done'
      } catch (error) {
        return (error as pg.DatabaseError).code ?? String(error)
      } finally {
        await client.end().catch(() => {})
      }
    }
    const NOT_ALLOWED = '42501'
    expect(await ask(urlOf(service), 'update operations set status = status')).toBe('done')
    expect(await ask(urlOf(service), 'drop table operations')).toBe(NOT_ALLOWED)
    expect(await ask(urlOf(service), 'create table own (id int)')).toBe(NOT_ALLOWED)
    expect(await ask(urlOf(service), 'create database own')).toBe(NOT_ALLOWED)
    for (const other of SERVICES.filter((one) => one !== service))
      expect([other, await ask(urlOf(service, other), 'select')]).toEqual([other, NOT_ALLOWED])
  },
)

describe('a process', () => {
  test('opens the database of its service alone where the bus is a broker, and asks no other', () => {
    const env = { WORKERS: 'users', EVENT_BUS: 'kafka', KAFKA_BROKERS: 'kafka:9092' }
    const users = loadConfig({ ...env, USERS_DATABASE_URL: urlOf('users') }, {}, 'workers')
    expect(Object.keys(users.databases ?? {})).toEqual(['users'])
    const all = loadConfig(
      { ...env, DATABASE_URL: server.url, OPENAI_API_KEY: 'sk', PASSWORD_PEPPER: KEY },
      {},
      'workers',
    )
    expect(Object.keys(all.databases ?? {})).toEqual(['users'])
    expect([all.OPENAI_API_KEY, all.PASSWORD_PEPPER]).toEqual([undefined, undefined])
    expect(() =>
      loadConfig({ ...env, WORKERS: 'users,ai', USERS_DATABASE_URL: urlOf('users') }, {}, 'workers'),
    ).toThrow('DATABASE_URL: must be set unless USERS_DATABASE_URL and AI_DATABASE_URL are')
  })

  test('of the API knows that there is a provider, and none of its keys', () => {
    writeFileSync(join(folder, 'openai'), 'sk-secret')
    const api = loadConfig({ OPENAI_API_KEY_FILE: join(folder, 'openai') }, {}, 'api')
    expect([api.demo, api.providers.length, JSON.stringify(api)]).toEqual([
      false,
      1,
      expect.not.stringContaining('sk-'),
    ])
    const list = JSON.stringify([
      { name: 'own', base_url: 'https://models.example.com/v1', model: 'm', headers: { 'x-key': 'sk-header' } },
    ])
    const env = { AI_PROVIDERS: list, AI_PROVIDER_KEYS: '{"own":"sk-own"}', WORKERS: 'ai' }
    expect(JSON.stringify(loadConfig(env, {}, 'api').providers)).not.toContain('sk-')
    expect(loadConfig(env, {}, 'workers').providers[0]?.api_key).toBe('sk-own')
  })

  test('of each role starts with its own secrets and no others, and together they do what they are for', async () => {
    const internal = String(await freePort())
    const port = String(await freePort())
    const started: ReturnType<typeof startCommand>[] = []
    const begin = async (program: 'api' | 'workers', workers: readonly Service[], word: string) => {
      const role = holdersOf(program, workers, 'postgres')
      const dataDir = mkdtempSync(join(folder, 'data-'))
      const env = {
        ...own((name) => holds(role, name)),
        ...{ DATA_DIR: dataDir, TEMPORAL_ADDRESS: testServers().temporal, TASK_QUEUE_SUFFIX: '-roles' },
        ...{ PORT: port, INTERNAL_PORT: internal, INTERNAL_URL: `http://127.0.0.1:${internal}`, DRAIN_S: '0' },
        ...{ METRICS_PORT: String(await freePort()), WORKERS_METRICS_PORT: String(await freePort()) },
        ...(workers.length > 0 && { WORKERS: workers.join(',') }),
      }
      const process = startCommand(`${program}/main.ts`, [], env)
      started.push(process)
      let said = ''
      process.child.stdout?.on('data', (text: string) => (said += text))
      await Promise.race([
        until(() => said.includes(`"${word}"`)),
        process.ended.then(({ code, err }) => Promise.reject(new Error(`${role} ended with ${code}: ${said}${err}`))),
      ])
      return { dataDir, metrics: program === 'api' ? env.METRICS_PORT : env.WORKERS_METRICS_PORT, said: () => said }
    }
    try {
      const processes = await Promise.all([
        begin('api', [], 'serving'),
        ...SERVICES.map((service) => begin('workers', [service], 'working')),
      ])
      const registered = await fetch(`http://127.0.0.1:${port}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'roles@example.com', password: PASSWORD }),
      })
      expect([201, 202]).toContain(registered.status)
      // The account, its profile and its welcome: three services by their workflows and events.
      const rows = async (service: Service, text: string) => {
        const client = new pg.Client({ connectionString: urlOf(service) })
        await client.connect()
        return (await client.query(text).finally(() => client.end())).rows
      }
      await until(async () => (await rows('auth', `select from operations where status = 'succeeded'`)).length === 1)
      await until(async () => (await rows('users', 'select from profiles')).length === 1)
      await until(async () => (await rows('notifications', 'select from mails limit 1')).length === 1)
      for (const { dataDir, metrics, said } of processes) {
        // Nothing made up in the place of what it has not.
        expect(readdirSync(dataDir)).toEqual([])
        expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain('scenor_')
        expect(said()).not.toMatch(/is not (of|a key of) this process|the doctor found a fault/)
      }
    } finally {
      for (const { child } of started) child.kill('SIGKILL')
      await Promise.all(started.map(({ ended }) => ended))
    }
  })
})
