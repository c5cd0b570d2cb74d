import { createServer, type Server } from 'node:http'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Labels = Readonly<Record<string, string>>

export interface Metrics {
  /** One request: `route` is the path's template, so that the series stay few. */
  request(route: string, method: string, status: number, seconds: number): void
  /** A number that is read when Prometheus asks. A reading that fails leaves its series out, and the others stay. */
  gauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Promise<readonly (readonly [Labels, number])[]>,
  ): void
  /** Answers `GET /metrics` and nothing else. Listens on a port of its own, never on the public one. */
  server(): Server
}

/** Seconds. Reads take milliseconds, a registration up to its wait of 2 s, a waited-for title up to 30 s. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The figures of a process, in Prometheus' text format. */
export function createMetrics(process: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer being handed over',
    labelNames: ['route', 'method', 'code'],
    buckets: BUCKETS,
    registers: [registry],
  })
  return {
    request: (route, method, status, seconds) => requests.observe({ route, method, code: String(status) }, seconds),
    gauge: (name, help, labelNames, read) => {
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        async collect() {
          this.reset()
          for (const [labels, value] of await read().catch(() => [])) this.set(labels, value)
        },
      })
    },
    server: () =>
      createServer((request, response) => {
        if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
        registry.metrics().then(
          (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
          () => response.writeHead(500).end(),
        )
      }),
  }
}
