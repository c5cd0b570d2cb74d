import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { VARIABLES, loadConfig } from '../../config.ts'
import { endsWithinMs } from '../../lifecycle.ts'
import { loadKeys } from '../../keys/keys.ts'
import { DYNAMIC_CONFIG } from '../../local/temporal/temporal.ts'

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
}

/** `KEY='value'` lines, as `npm run secrets` prints them. */
const parse = (text: string) =>
  Object.fromEntries([...text.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name, value]) => [name ?? '', value ?? '']))

const go = spawnSync('go', ['version']).status === 0
// In CI a missing Go is a failure, elsewhere this is skipped.
const withGo = go || process.env['CI'] ? describe : describe.skip

withGo('docker-compose.yml, read by the parser of Docker Compose (needs Go)', () => {
  let folder: string
  let secrets: Record<string, string>
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
    secrets = parse(spawnSync(process.execPath, [path('cli/new-secrets.ts')], { encoding: 'utf8' }).stdout)
    const { stdout, stderr } = load(secrets)
    expect(stderr).toBe('')
    services = (JSON.parse(stdout) as { services: Record<string, Service> }).services
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const ours = () => Object.entries(services).filter(([, { image }]) => image === 'scenor:local')

  test('no secret has a default: each missing one is named', () => {
    for (const name of Object.keys(secrets)) {
      const { status, stderr } = load({ ...secrets, [name]: '' })
      expect(status).toBe(1)
      expect(stderr).toContain(`required variable ${name} is missing a value: make the secrets first`)
    }
  })

  test('every container gives up its rights and has a memory limit', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service.cap_drop, service.security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']])
      expect([name, Number(service.mem_limit) > 0]).toEqual([name, true])
      expect([name, service.read_only ?? false]).toEqual([name, name !== 'temporal-ui'])
    }
  })

  test('only the API, the Web UI and Prometheus have ports, on this machine alone', () => {
    const ports = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((p) => [name, p.host_ip]))
    expect(ports).toEqual([
      ['api', '127.0.0.1'],
      // The codec server's sign-in page.
      ['api', '127.0.0.1'],
      ['prometheus', '127.0.0.1'],
      ['temporal-ui', '127.0.0.1'],
    ])
  })

  test('jobs end, and services wait for them and are asked for their health', () => {
    for (const [name, { restart, healthcheck, depends_on = {} }] of Object.entries(services)) {
      const job = ['migrate', 'temporal-setup', 'temporal-schema'].includes(name)
      expect([name, restart]).toEqual([name, job ? 'on-failure:5' : 'unless-stopped'])
      expect([name, healthcheck !== undefined]).toEqual([name, !job && name !== 'temporal-ui'])
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const isJob = services[other]?.restart === 'on-failure:5'
        expect([name, other, condition]).toEqual([
          name,
          other,
          isJob ? 'service_completed_successfully' : 'service_healthy',
        ])
      }
    }
  })

  test('our containers get variables that config.ts knows and accepts, and keys that load', async () => {
    for (const [name, { environment = {} }] of ours()) {
      for (const variable of Object.keys(environment)) expect([name, variable in VARIABLES]).toEqual([name, true])
      const config = loadConfig(environment)
      if (environment['PAYLOAD_KEYS']) await loadKeys({ ...config, DATA_DIR: '/nowhere' })
    }
  })

  test('a container is given longer to stop than the process takes', () => {
    for (const [name, { stop_grace_period = '', environment = {}, command }] of ours()) {
      const { DRAIN_S, workersDrainMs } = loadConfig(environment)
      const drainMs = command?.includes('workers/main.ts') ? workersDrainMs : DRAIN_S * 1000
      const given = [...stop_grace_period.matchAll(/(\d+)([ms])/g)]
      const givenMs = given.reduce((sum, [, n, unit]) => sum + Number(n) * (unit === 'm' ? 60_000 : 1_000), 0)
      expect([name, givenMs > endsWithinMs(drainMs)]).toEqual([name, true])
    }
  })
})

describe('deploy/temporal/dynamic-config.yaml', () => {
  test('says what the dev server is started with', () => {
    const text = readFileSync(path('deploy/temporal/dynamic-config.yaml'), 'utf8')
    const settings = [...text.matchAll(/^([\w.]+):\n {2}- value: (\w+)$/gm)].map(([, key = '', value = '']) => [
      key,
      JSON.parse(value) as unknown,
    ])
    expect(settings.length).toBe(text.match(/^[\w.]+:$/gm)?.length)
    expect(DYNAMIC_CONFIG).toMatchObject(Object.fromEntries(settings) as Record<string, boolean | number>)
    const limits = Object.keys(DYNAMIC_CONFIG).filter((key) => /rps|namespaceRPS|namespaceCount/i.test(key))
    expect(settings.length + limits.length).toBe(Object.keys(DYNAMIC_CONFIG).length)
  })
})
