import { createServer, type Server } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { metricOf, type NameOf, type Role } from './catalogue.ts'
import { count, prepareTallies, tallies, type Labels } from './tally.ts'
import { version } from './version.ts'

export interface Metrics {
  /** A number that is read when Prometheus asks. A reading that fails leaves its series out, and the others stay. */
  gauge(name: NameOf<'gauge'>, read: () => Promise<readonly (readonly [Labels, number])[]>): void
  /** Answers `GET /metrics` and nothing else. Listens on a port of its own, never on the public one. */
  server(): Server
}

/** Milliseconds that one reading may take: Prometheus gives the whole answer ten seconds. */
const READING_MS = 4_000

/**
 * The figures of a process, in Prometheus' text format: what it counted (`tally.ts`), what is read when somebody asks, Node's own.
 * @param also metrics of others in the same process, as text
 */
export function createMetrics(role: Role, also: () => Promise<string> = async () => ''): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  prepareTallies(role)
  const gauge: Metrics['gauge'] = (name, read) => {
    const { help, labels, of } = metricOf(name)
    if (!of.includes(role)) throw new Error(`${name} is no metric of ${role}`)
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        this.reset()
        try {
          for (const [at, value] of await inTime(read())) this.set(at, value)
        } catch {
          count('scenor_reading_failures_total', { metric: name })
        }
      },
    })
  }
  gauge('scenor_build_info', async () => [[{ version }, 1]])
  const text = async () => {
    const read = await registry.metrics()
    // After the readings: those that failed are counted.
    return `${read}${await tallies.metrics()}${await also().catch(() => '')}`
  }
  return {
    gauge,
    server: () =>
      createServer((request, response) => {
        if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
        text().then(
          (all) => response.writeHead(200, { 'content-type': registry.contentType }).end(all),
          () => response.writeHead(500).end(),
        )
      }),
  }
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('the reading takes too long')), READING_MS)
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}
