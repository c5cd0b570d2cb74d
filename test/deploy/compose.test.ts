import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse as parseYaml } from 'yaml'
import { VARIABLES, loadConfig } from '../../config.ts'
import { holds, holdersOf, SECRETS, type Holder } from '../../roles.ts'
import { SERVICES } from '../../services.ts'
import { endsWithinMs } from '../../lifecycle.ts'
import { DYNAMIC_CONFIG, type DynamicConfig } from '../../local/temporal/temporal.ts'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

interface Service {
  image: string
  command: string[] | null
  environment?: Record<string, string>
  restart: string
  read_only?: boolean
  cap_drop: string[]
  security_opt: string[]
  mem_limit?: string
  stop_grace_period?: string
  healthcheck?: object
  ports?: { host_ip?: string; target: number }[]
  depends_on?: Record<string, { condition: string }>
  secrets?: { source: string }[]
}

/** `KEY='value'` lines, as `npm run secrets` prints them. */
const parse = (text: string) =>
  Object.fromEntries([...text.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name, value]) => [name ?? '', value ?? '']))

/** The API looks whether there is one, and does not open it. */
const TOLD = 'OPENAI_API_KEY'

const go = spawnSync('go', ['version']).status === 0
// In CI a missing Go is a failure, elsewhere this is skipped.
const withGo = go || process.env['CI'] ? describe : describe.skip

withGo('docker-compose.yml, read by the parser of Docker Compose (needs Go)', () => {
  let folder: string
  let secrets: Record<string, { file: string }>
  let services: Record<string, Service>
  const load = (env: Record<string, string>) =>
    spawnSync(join(folder, 'compose-check'), [path('docker-compose.yml')], { env, encoding: 'utf8' })

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-compose-'))
    const build = spawnSync('go', ['build', '-o', join(folder, 'compose-check'), '.'], {
      cwd: path('deploy/compose-check'),
      encoding: 'utf8',
    })
    // On a new machine it says what it downloads, which is no error.
    expect({ status: build.status, said: build.status === 0 ? '' : build.stderr }).toEqual({ status: 0, said: '' })
    const { stdout, stderr } = load({ TEMPORAL_DB_PASSWORD: 'x' })
    expect(stderr).toBe('')
    ;({ services, secrets } = JSON.parse(stdout) as {
      services: Record<string, Service>
      secrets: Record<string, { file: string }>
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const ours = () => Object.entries(services).filter(([, { image }]) => image === 'scenor:local')

  test('the one secret that stands in the environment has no default: Temporal’s image reads no file', () => {
    const { status, stderr } = load({})
    expect(status).toBe(1)
    expect(stderr).toContain('required variable TEMPORAL_DB_PASSWORD is missing a value: run deploy/setup.sh first')
    const byValue = Object.entries(services).flatMap(([name, { environment = {} }]) =>
      Object.entries(environment).flatMap(([variable, value]) => (value === 'x' ? [[name, variable]] : [])),
    )
    expect(byValue).toEqual([['temporal', 'POSTGRES_PWD']])
  })

  test('every secret is a file that deploy/setup.sh makes, and a container has those that it names', () => {
    for (const [name, { file }] of Object.entries(secrets)) expect(file).toBe(path(`secrets/${name}`))
    const fresh = spawnSync(process.execPath, [path('cli/new-secrets.ts')], { encoding: 'utf8' }).stdout
    const made = Object.keys(parse(fresh)).map((name) => name.toLowerCase())
    expect(made.filter((name) => !(name in secrets))).toEqual([])
    for (const [name, { environment = {}, secrets: mounted = [] }] of Object.entries(services)) {
      const named = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? [])
      const has = mounted.map(({ source }) => source)
      expect([name, named.filter((secret) => !has.includes(secret))]).toEqual([name, []])
    }
  })

  test('each process has the secrets of its role, and of others at most whether there is one', () => {
    const jobs = ['migrate', 'temporal-setup'] as const
    const roles = new Map<string, readonly Holder[]>([
      ...jobs.map((job): [string, readonly Holder[]] => [job, holdersOf(job, [], 'kafka')]),
      ...['api', 'codec'].map((name): [string, readonly Holder[]] => [name, holdersOf('api', [], 'kafka')]),
      ...SERVICES.map((of): [string, readonly Holder[]] => [`worker-${of}`, holdersOf('workers', [of], 'kafka')]),
    ])
    const lists = ours().map(([name, { secrets: mounted = [] }]) => [
      name,
      mounted.map(({ source }) => source.toUpperCase()).filter((one) => name.startsWith('worker') || one !== TOLD),
    ])
    const wanted = ours().map(([name]) => [name, SECRETS.filter((secret) => holds(roles.get(name) ?? [], secret))])
    const sorted = (all: typeof lists) => all.map(([name, list]) => [name, (list as string[]).toSorted()])
    expect(sorted(lists)).toEqual(sorted(wanted as typeof lists))
  })

  test('every variable of config.ts reaches the containers, or stands in deploy/not-passed.json with a reason', () => {
    const notPassed = JSON.parse(readFileSync(path('deploy/not-passed.json'), 'utf8')) as Record<string, string>
    const passed = new Set(ours().flatMap(([, { environment = {} }]) => Object.keys(environment)))
    const reaches = (name: string) => passed.has((SECRETS as readonly string[]).includes(name) ? `${name}_FILE` : name)
    const missing = Object.keys(VARIABLES).filter((name) => !reaches(name))
    expect(missing.toSorted()).toEqual(Object.keys(notPassed).toSorted())
    expect(Object.values(notPassed).filter((reason) => reason.length < 10 && reason !== 'as PORT')).toEqual([])
  })

  test('every container gives up its rights and has a memory limit', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service.cap_drop, service.security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']])
      expect([name, Number(service.mem_limit) > 0]).toEqual([name, true])
      // These write their configuration at their start.
      const writes = ['kafka', 'rabbitmq'].includes(name)
      expect([name, service.read_only ?? false]).toEqual([name, !writes])
    }
  })

  test('only the gateway is open to others; the codec server, the Web UI and Prometheus are on this machine alone', () => {
    const ports = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((p) => [name, p.host_ip]))
    expect(ports).toEqual([
      ['codec', '127.0.0.1'],
      ['gateway', '0.0.0.0'],
      ['gateway', '0.0.0.0'],
      ['prometheus', '127.0.0.1'],
      ['temporal-ui', '127.0.0.1'],
    ])
  })

  test('older engines are served: nothing asks for one of 25', () => {
    expect(readFileSync(path('docker-compose.yml'), 'utf8')).not.toMatch(/^\s*start_interval:/m)
  })

  test('jobs end, and services wait for them and are asked for their health', () => {
    for (const [name, { restart, healthcheck, depends_on = {} }] of Object.entries(services)) {
      const job = ['migrate', 'temporal-setup', 'temporal-schema'].includes(name)
      expect([name, restart]).toEqual([name, job ? 'on-failure:5' : 'unless-stopped'])
      expect([name, healthcheck !== undefined]).toEqual([name, !job && name !== 'temporal-ui'])
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const isJob = services[other]?.restart === 'on-failure:5'
        // The gateway looks itself which copies are ready.
        const ready = name === 'gateway' ? 'service_started' : 'service_healthy'
        expect([name, other, condition]).toEqual([name, other, isJob ? 'service_completed_successfully' : ready])
      }
    }
  })

  test('our containers get variables that config.ts knows and accepts', () => {
    for (const [name, { environment = {} }] of ours()) {
      const values = Object.entries(environment).filter(([variable]) => !variable.endsWith('_FILE'))
      for (const [variable] of values) expect([name, variable in VARIABLES]).toEqual([name, true])
      loadConfig(Object.fromEntries(values))
    }
  })

  test('a container is given longer to stop than the process takes', () => {
    for (const [name, { stop_grace_period = '', environment = {}, command }] of ours()) {
      const values = Object.entries(environment).filter(([variable]) => !variable.endsWith('_FILE'))
      const { DRAIN_S, workersDrainMs } = loadConfig(Object.fromEntries(values))
      const drainMs = command?.includes('workers/main.ts') ? workersDrainMs : DRAIN_S * 1000
      const given = [...stop_grace_period.matchAll(/(\d+)([ms])/g)]
      const givenMs = given.reduce((sum, [, n, unit]) => sum + Number(n) * (unit === 'm' ? 60_000 : 1_000), 0)
      expect([name, givenMs > endsWithinMs(drainMs)]).toEqual([name, true])
    }
  })
})

describe('deploy/temporal/dynamic-config.yaml', () => {
  test('says what the dev server is started with', () => {
    const told = parseYaml(readFileSync(path('deploy/temporal/dynamic-config.yaml'), 'utf8')) as Record<
      string,
      [{ value: unknown }]
    >
    const settings = Object.entries(told).map(([key, [{ value }]]) => [key, value] as const)
    expect(DYNAMIC_CONFIG).toMatchObject(Object.fromEntries(settings) as DynamicConfig)
    const limits = Object.keys(DYNAMIC_CONFIG).filter((key) => /rps|namespaceRPS|namespaceCount/i.test(key))
    expect(settings.length + limits.length).toBe(Object.keys(DYNAMIC_CONFIG).length)
  })
})
