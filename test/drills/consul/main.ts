/**
 * `npm run drill:consul`: two API processes and two gateways, NGINX and Traefik, that find each other by a real Consul agent, under load.
 * Consul dies for a minute and nobody notices; a copy dies and is out of the upstreams within ten seconds; a wrong setting is refused.
 * About three minutes; Consul is built once by `.ci/go-tools.sh consul` (some minutes).
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'node:https'
import { gatewayTable } from '../../../cli/gateway/table.ts'
import { traefikFile } from '../../../cli/gateway/traefik.ts'
import { loadConfig } from '../../../config.ts'
import { migrate } from '../../../db/migrate.ts'
import { freePort } from '../../../local/processes/ports.ts'
import { startPostgres } from '../../../local/postgres/postgres.ts'
import { cacheFolder } from '../../../local/temporal/cache-folder.mjs'
import { findTemporal, startTemporal } from '../../../local/temporal/temporal.ts'
import { selfSigned } from '../../support/certificate.ts'
import { startCommand } from '../../support/command.ts'
import { until } from '../../support/until.ts'

const AWAY_MS = 60_000
const cache = cacheFolder(process.env)
const binary = join(cache, 'consul-1.16.2')
const TRAEFIK = join(homedir(), '.cache/scenor/traefik-3.7.15')
// What is not there is built, or installed.
const prepare = (script: string, ...args: string[]) =>
  execFileSync(fileURLToPath(new URL(`../../../.ci/${script}`, import.meta.url)), args, { stdio: 'inherit' })
prepare('go-tools.sh', 'consul')
prepare('install-gateway.sh')

const say = (text: string) => void process.stdout.write(`${text}\n`)
const began = performance.now()
const at = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`
const failures: string[] = []
const check = (is: boolean, what: string) => {
  say(`${is ? 'ok    ' : 'FAILED'} ${what} (${at()})`)
  if (!is) failures.push(what)
}

await using undo = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(1)))
const folder = mkdtempSync(join(tmpdir(), 'scenor-drill-consul-'))
undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false })
undo.defer(() => postgres.stop())
const { databases } = loadConfig({ DATABASE_URL: postgres.url })
if (databases) await migrate(databases)

const temporal = await startTemporal({
  ...{ binary: await findTemporal({ config: loadConfig({}), onProgress: say }), dataDir: join(folder, 'temporal') },
  ...{ port: await freePort(), uiPort: null, namespace: 'default', log: join(folder, 'temporal.log') },
})
undo.defer(() => temporal.stop())

const consulPort = await freePort()
const consulUrl = `http://127.0.0.1:${consulPort}`
const ports = [await freePort(), await freePort(), await freePort()]
/** In memory: an agent that comes back knows nobody. */
function startConsul(): ChildProcess {
  const [server, serf, dns] = ports
  const off = ['-grpc-port', '-1', '-grpc-tls-port', '-1', '-serf-wan-port', '-1']
  const on = ['-http-port', consulPort, '-server-port', server, '-serf-lan-port', serf, '-dns-port', dns].map(String)
  return spawn(binary, ['agent', '-dev', '-bind', '127.0.0.1', '-client', '127.0.0.1', ...on, ...off], {
    stdio: 'ignore',
  })
}
const kill = async (child: ChildProcess) => {
  child.kill('SIGKILL')
  await once(child, 'exit')
}
let consul = startConsul()
undo.defer(() => kill(consul))
const ask = (path: string, options?: RequestInit) => fetch(`${consulUrl}/v1/${path}`, options)
const leads = () =>
  until(() =>
    ask('status/leader').then(
      async (answer) => (await answer.text()).includes(':'),
      () => false,
    ),
  )
await leads()
interface Listed {
  readonly Service: { readonly Port: number; readonly Meta: Record<string, string> }
}
const passing = async (): Promise<number[]> => {
  const answer = await ask('health/service/scenor-api?passing')
  return ((await answer.json()) as Listed[]).map(({ Service }) => Service.Port).toSorted()
}

const common = {
  DATABASE_URL: postgres.url,
  DATA_DIR: join(folder, 'data'),
  TEMPORAL_ADDRESS: temporal.address,
  CONSUL_HTTP_ADDR: consulUrl,
  RATE_LIMIT_SCALE: '1000',
}
const start = (program: string, args: readonly string[], env: Record<string, string>) => {
  const { child, ended } = startCommand(program, args, env)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (said += text))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  undo.defer(() => stop())
  const says = (word: string) =>
    Promise.race([
      until(() => said.includes(word)),
      ended.then(({ code }) => Promise.reject(new Error(`${program} ended with ${code}: ${said}`))),
    ])
  return { stop, says, said: () => said }
}
const apis = await Promise.all(
  [1, 2].map(async () => {
    const port = await freePort()
    const own = { PORT: port, INTERNAL_PORT: await freePort(), METRICS_PORT: await freePort(), TRUSTED_PROXIES: 1 }
    const env = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)]))
    const api = start('api/main.ts', [], { ...common, ...env })
    await api.says('"serving"')
    return { port, ...api }
  }),
)
const [first, second] = apis as [(typeof apis)[0], (typeof apis)[0]]
const both = apis.map(({ port }) => port).toSorted()
await until(async () => (await passing()).join() === both.join())
check(true, 'two copies told Consul that they are there, and it finds them ready')

const { cert, key } = selfSigned('localhost')
writeFileSync(join(folder, 'gateway.pem'), cert)
writeFileSync(join(folder, 'gateway.key'), key)
const https = await freePort()
const gatewayArgs = [
  ...['--https', `127.0.0.1:${https}`, '--http', `127.0.0.1:${await freePort()}`],
  ...['--status', `127.0.0.1:${await freePort()}`, '--folder', join(folder, 'gateway')],
  ...['--certificate', join(folder, 'gateway.pem'), '--key', join(folder, 'gateway.key')],
  ...['--access-log', join(folder, 'access.log')],
]
const gateway = start('cli/gateway-run.ts', gatewayArgs, { ...common, RATE_LIMIT_SCALE: '100000' })
const upstreams = () => readFileSync(join(folder, 'gateway', 'upstreams.conf'), 'utf8')
const used = (port: number) => upstreams().includes(`:${port} `)
await gateway.says('these copies get the requests')
await until(() => used(first.port) && used(second.port))
check(true, 'the gateway has them from Consul')

// Traefik has its routes of our file and its copies of Consul's catalogue.
const [door, verify, operators] = [await freePort(), await freePort(), await freePort()]
const catalogue = { catalogue: `127.0.0.1:${verify}` }
const files = { certificate: join(folder, 'gateway.pem'), key: join(folder, 'gateway.key'), scale: 100_000 }
writeFileSync(join(folder, 'traefik.yml'), traefikFile(gatewayTable(), catalogue, files))
const entries = Object.entries({ websecure: door, verify, traefik: operators })
const traefik = spawn(
  TRAEFIK,
  [
    ...entries.map(([name, port]) => `--entrypoints.${name}.address=127.0.0.1:${port}`),
    `--providers.consulcatalog.endpoint.address=127.0.0.1:${consulPort}`,
    ...['--providers.consulcatalog.exposedbydefault=false', '--providers.consulcatalog.watch=true'],
    ...[`--providers.file.filename=${join(folder, 'traefik.yml')}`, '--api.insecure=true'],
  ],
  // Until it has heard of the catalogue it complains of every router.
  { stdio: 'ignore' },
)
undo.defer(() => kill(traefik))
/** Whom Traefik asks for what all copies serve, by its own look. */
const balanced = async (): Promise<number[]> => {
  const answer = await fetch(`http://127.0.0.1:${operators}/api/http/services/scenor-every@consulcatalog`)
  const { serverStatus = {} } = (answer.ok ? await answer.json() : {}) as { serverStatus?: Record<string, string> }
  const up = Object.entries(serverStatus).filter(([, status]) => status === 'UP')
  return up.map(([url]) => Number(new URL(url).port)).toSorted()
}
await until(async () => (await balanced().catch(() => [])).join() === both.join())
check(true, 'Traefik has them from its catalogue')

const agent = new Agent({ keepAlive: true })
undo.defer(() => agent.destroy())
const tally = { asked: 0, failed: [] as string[] }
/** Each by both gateways: what anybody may read, and what a forged token may not, of which a copy is asked before. */
const LANES = [https, door].flatMap((port) => [
  { port, path: '/.well-known/jwks.json', is: 200, headers: {} },
  { port, path: '/api/v1/scenarios', is: 401, headers: { authorization: 'Bearer forged' } },
])
const one = (lane: (typeof LANES)[number]): Promise<void> =>
  new Promise<void>((resolve) => {
    const { port, path, headers, is } = lane
    const done = (wrong?: string) => {
      tally.asked++
      if (wrong !== undefined) tally.failed.push(`${at()}: ${port === door ? 'Traefik' : 'NGINX'} ${path} ${wrong}`)
      resolve()
    }
    request({ host: '127.0.0.1', servername: 'localhost', ca: cert, port, path, headers, agent }, (response) => {
      response.resume()
      response.on('end', () => done(response.statusCode === is ? undefined : String(response.statusCode)))
      response.on('error', (error) => done(String(error)))
    })
      // A reload of NGINX closes idle connections: as any client, on a new one.
      .on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? void one(lane).then(resolve) : done(String(error)),
      )
      .end()
  })
let loading = true
const lanes = LANES.map(async (lane) => {
  while (loading) {
    await one(lane)
    await delay(20)
  }
})
undo.defer(async () => {
  loading = false
  await Promise.all(lanes)
})
const since = () => {
  const [asked, failed] = [tally.asked, tally.failed.length]
  return () => ({ asked: tally.asked - asked, failed: tally.failed.slice(failed) })
}

const outage = since()
await kill(consul)
say(`Consul is killed (${at()})`)
await delay(AWAY_MS)
check(used(first.port) && used(second.port), 'Consul is away for a minute: both copies are still asked')
check((await balanced()).join() === both.join(), 'by Traefik too')
const during = outage()
check(
  during.asked > 100 && during.failed.length === 0,
  `of ${during.asked} requests none failed: ${during.failed.join('; ')}`,
)
check(
  [gateway, ...apis].every(({ said }) => said().split('Consul is away').length === 2),
  'each process says once that it is away',
)
consul = startConsul()
await leads()
await until(async () => (await passing()).join() === both.join())
check(true, 'it comes back and knows nobody; both tell it again')

const put = (name: string, value: string) => ask(`kv/scenor/config/${name}`, { method: 'PUT', body: value })
await put('LOG_LEVEL', 'debug')
await first.says('a setting was changed in Consul')
await second.says('a setting was changed in Consul')
check(true, 'a setting is taken by running processes, with a line of the log')
await put('LOG_LEVEL', 'very loud')
await first.says('a setting in Consul is refused')
check(
  first.said().split('a setting was changed in Consul').length === 2,
  'a wrong value is refused: the last good one stays',
)
await put('PASSWORD_PEPPER', 'x')
await first.says('is none that a running process takes')
check(true, 'and so is what is no such setting')
await ask('kv/scenor/config?recurse', { method: 'DELETE' })
await until(() => first.said().split('a setting was changed in Consul').length === 3)
check(true, 'without it the environment holds again')

const death = since()
const killed = performance.now()
const after = () => (performance.now() - killed) / 1_000
await second.stop('SIGKILL')
const outs = await Promise.all([
  until(() => !used(second.port)).then(after),
  until(async () => !(await balanced()).includes(second.port)).then(after),
])
check(
  Math.max(...outs) < 10,
  `a copy dies: out of the upstreams after ${outs[0].toFixed(1)} s, out of Traefik's after ${outs[1].toFixed(1)} s`,
)
await until(async () => !(await passing()).includes(second.port))
check(true, `Consul finds it out after ${after().toFixed(1)} s`)
check(death().failed.length === 0, `no request failed: ${death().failed.join('; ')}`)

loading = false
await Promise.all(lanes)
await gateway.stop()
await kill(consul)
const again = start('cli/gateway-run.ts', gatewayArgs, { ...common, RATE_LIMIT_SCALE: '100000' })
await again.says('these copies get the requests')
check(used(first.port), 'a gateway that starts while Consul is away asks whom it knew last')
consul = startConsul()
await leads()
await until(async () => (await passing()).includes(first.port))
await first.stop()
const all = (await (await ask('agent/services')).json()) as object
check(Object.keys(all).length === 0, 'a copy that is stopped takes itself back')

say(failures.length > 0 ? `${failures.length} failed` : `all as it should be, in ${at()}; ${tally.asked} requests`)
process.exitCode = failures.length > 0 ? 1 : 0
