/**
 * `npm run drill:rolling [seconds]`: two API processes and a worker process for each service behind a real NGINX, under load; each of them
 * is restarted in its turn. No request may fail and no accepted work may be lost. About three minutes, plus half a minute to start.
 */
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { startStack } from '../../bench/stack.ts'
import type { Copy } from '../../cli/gateway/settings.ts'
import { watchCopies } from '../../cli/gateway/watch.ts'
import { freePort } from '../../local/processes/ports.ts'
import type { Running } from '../../local/processes/running.ts'
import { SERVICES } from '../../services.ts'
import { startGateway, type Answer, type Asked } from '../support/gateway.ts'
import { PASSWORD } from '../support/http.ts'
import { until } from '../support/until.ts'

const seconds = Number(process.argv[2] ?? 180)
/** Time that work may take to come to its end when the load is over. */
const SETTLE_MS = 90_000
const say = (text: string) => void process.stdout.write(`${text}\n`)
const started = performance.now()
const at = () => `${((performance.now() - started) / 1_000).toFixed(0)} s`

await using undo = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(1)))
const stack = await startStack({ undo, say, profiles: null } as unknown as Parameters<typeof startStack>[0])
const common = {
  DATABASE_URL: stack.postgres.url,
  TEMPORAL_ADDRESS: stack.temporal.address,
  DATA_DIR: `${stack.folder}/data`,
  PUBLIC_URL: 'https://localhost',
  RATE_LIMIT_SCALE: '1000',
  AI_BUDGET_MICROS: '1000000000',
  TRUSTED_PROXIES: '1',
  WORKERS_DRAIN_S: '5',
}

const copies: Copy[] = []
const internalPorts: number[] = []
const apis: { restart(): Promise<void> }[] = []
for (const n of [1, 2]) {
  const [port, internal, metrics] = [await freePort(), await freePort(), await freePort()]
  internalPorts.push(internal)
  copies.push({ public: `127.0.0.1:${port}`, internal: `127.0.0.1:${internal}` })
  const env = { ...common, PORT: `${port}`, INTERNAL_PORT: `${internal}`, METRICS_PORT: `${metrics}` }
  let running = await stack.program(`api-${n}`, '../api/main.ts', env)
  apis.push({
    restart: async () => {
      await running.stop()
      running = await stack.program(`api-${n}`, '../api/main.ts', env)
    },
  })
}

const workers: { service: string; restart(): Promise<void> }[] = []
for (const service of SERVICES) {
  // Beside each other for a moment, as a rolling update has them.
  const start = async (n: number): Promise<Running> =>
    stack.program(`worker-${service}-${n}`, '../workers/main.ts', {
      ...common,
      WORKERS: service,
      INTERNAL_URL: `http://127.0.0.1:${internalPorts[n % 2]}`,
      WORKERS_METRICS_PORT: `${await freePort()}`,
    })
  let n = 1
  let running = await start(n)
  workers.push({
    service,
    restart: async () => {
      const next = await start(++n)
      await running.stop()
      running = next
    },
  })
}

const gateway = await startGateway({ every: copies })
undo.defer(() => gateway.stop())
const over = new AbortController()
const watching = watchCopies(gateway.nginx, () => Promise.resolve({ every: copies }), {
  signal: over.signal,
  certificate: gateway.settings.certificate,
  told: ({ every }) => say(`${at()}: ${every.map((copy) => `${copy.public} × ${copy.weight}`).join(', ') || 'nobody'}`),
})
undo.defer(async () => {
  over.abort()
  await watching
})
say(`all at work (${at()})`)

const agent = new Agent({ keepAlive: true })
undo.defer(() => agent.destroy())
const tally = { requests: 0, failed: [] as string[], again: 0, streams: 0, times: [] as number[] }

const failed = (what: string) => {
  tally.failed.push(what)
  say(`${at()} failed: ${what}`)
}

/**
 * A request as clients make it. One whose kept connection was closed in the moment that it was sent is sent again on a
 * new one (RFC 9112 §9.3.1); with an Idempotency-Key that is safe for a POST too.
 */
async function call(
  method: string,
  path: string,
  asked: Asked,
  wanted: readonly number[],
): Promise<Answer | undefined> {
  const begun = performance.now()
  for (let tries = 1; ; tries++)
    try {
      const answer = await gateway.ask(method, path, tries === 1 ? { ...asked, agent } : asked)
      tally.requests++
      tally.times.push(performance.now() - begun)
      if (!wanted.includes(answer.status)) failed(`${method} ${path} ${answer.status} ${answer.text.slice(0, 200)}`)
      return answer
    } catch (error) {
      if (tries === 1 && /ECONNRESET|EPIPE|socket hang up/.test(String(error))) {
        tally.again++
        continue
      }
      tally.requests++
      failed(`${method} ${path} ${String(error)}`)
      return undefined
    }
}

const email = `drill-${randomUUID()}@example.test`
await call('POST', '/api/v1/auth/register', { body: { email, password: PASSWORD } }, [201, 202])
let token = ''
/** Access tokens live for ten minutes. */
const signIn = async () => {
  const answer = await call('POST', '/api/v1/auth/login', { body: { email, password: PASSWORD } }, [200])
  token = answer?.body?.access_token ?? token
}
await until(async () => (await signIn(), token !== ''))
tally.failed.length = 0

let loading = true
const ending = new AbortController()
const lane = async (pauseMs: number, turn: () => Promise<unknown>) => {
  while (loading) {
    await turn()
    await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => {})
  }
}
const scenarios = new Set<string>()
const operations = new Set<string>()
const key = () => ({ 'idempotency-key': randomUUID() })

const write = async () => {
  const made = await call('POST', '/api/v1/scenarios', { token, body: { title: randomUUID() }, headers: key() }, [201])
  const id = made?.body?.id as string | undefined
  if (id === undefined) return
  scenarios.add(id)
  const etag = made?.headers.etag
  if (etag !== undefined)
    await call(
      'PUT',
      `/api/v1/scenarios/${id}`,
      { token, body: { title: 'changed' }, headers: { 'if-match': etag } },
      [200],
    )
}
const generate = async () => {
  const body = { brief: 'A short ad for a warm thermos that keeps tea hot for a day' }
  const accepted = await call('POST', '/api/v1/ai/generate', { token, body, headers: key() }, [202])
  const id = accepted?.body?.id as string | undefined
  if (id === undefined) return
  operations.add(id)
  let last = '0'
  for (let said = ''; !/event: (succeeded|failed|cancelled)/.test(said) && loading;) {
    const headers = { 'last-event-id': last }
    const stream = await gateway.open(`/api/v1/operations/${id}/events`, { token, headers }).catch(() => undefined)
    tally.streams++
    if (stream === undefined || stream.statusCode === 204) break
    said = ''
    try {
      for await (const piece of stream) said += String(piece)
    } catch {
      // A copy that drains ends its streams; clients come back with what they saw last.
    }
    last =
      said
        .match(/^id: (\d+)$/gm)
        ?.at(-1)
        ?.slice(4) ?? last
  }
}
const reads = ['/api/v1/scenarios', '/api/v1/auth/me', '/api/v1/operations', '/api/v1/notifications']
const load = Promise.all([
  ...reads.map((path) => lane(20, () => call('GET', path, { token }, [200]))),
  ...[1, 2, 3].map(() => lane(100, write)),
  ...[1, 2].map(() => lane(300, generate)),
  lane(240_000, signIn),
])

const parts = [
  ...apis.map(({ restart }, i) => ({ name: `api ${i + 1}`, restart })),
  ...workers.map(({ service, restart }) => ({ name: `worker ${service}`, restart })),
]
const end = Date.now() + seconds * 1_000
let rounds = 0
while (Date.now() < end) {
  for (const { name, restart } of parts) {
    const before = performance.now()
    await restart()
    say(
      `${at()}: ${name} restarted in ${((performance.now() - before) / 1_000).toFixed(1)} s; ${tally.failed.length} failed of ${tally.requests}`,
    )
    await delay(2_000)
  }
  rounds++
}
loading = false
ending.abort()
await load

const states = new Map<string, string>()
await until(async () => {
  for (const id of operations) {
    if (states.has(id)) continue
    const answer = await call('GET', `/api/v1/operations/${id}`, { token }, [200])
    if (answer?.body?.finished_at) states.set(id, answer.body.status)
  }
  return states.size === operations.size
}, SETTLE_MS).catch(() => {})
const lostScenarios: string[] = []
for (const id of scenarios)
  if ((await call('GET', `/api/v1/scenarios/${id}`, { token }, [200]))?.status !== 200) lostScenarios.push(id)
const lost = [...operations].filter((id) => states.get(id) !== 'succeeded')
const times = tally.times.toSorted((a, b) => a - b)
const share = (of: number) => `${times[Math.floor(times.length * of)]?.toFixed(0)} ms`
say(`${rounds} rounds of ${parts.length} restarts in ${seconds} s or a little more
${tally.requests} requests, ${tally.failed.length} failed; ${tally.again} sent again on a kept connection that was just closed
p50 ${share(0.5)}, p99 ${share(0.99)}; ${tally.streams} streams opened
${operations.size} operations, ${lost.length} not succeeded; ${scenarios.size} scenarios, ${lostScenarios.length} lost`)
for (const failure of tally.failed.slice(0, 20)) say(failure)
for (const id of lost.slice(0, 20)) say(`${id} ${states.get(id) ?? 'not finished'}`)
if (tally.failed.length + lost.length + lostScenarios.length > 0) process.exitCode = 1
