import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { startStack } from '../../bench/stack.ts'
import type { Copy } from '../../cli/gateway/settings.ts'
import { gatewayTable } from '../../cli/gateway/table.ts'
import { watchCopies } from '../../cli/gateway/watch.ts'
import { limitedRun } from '../../local/processes/limited-run.ts'
import { freePort } from '../../local/processes/ports.ts'
import type { Running } from '../../local/processes/running.ts'
import { SERVICES } from '../../services.ts'
import { startGateway, type Gateway } from '../support/gateway.ts'

export const OWN_CODE = resolve(import.meta.dirname, '../..')

/** For what hangs. */
const JOB_MS = 120_000

/** A process of ours that can be replaced, by one of another release too. */
export interface Part {
  readonly name: string
  readonly role: 'api' | 'worker'
  /** @param code folder of the release that goes on from here; default: the one that it has */
  restart(code?: string): Promise<void>
}

interface DrilledSystem {
  readonly gateway: Gateway
  readonly parts: readonly Part[]
  /** Runs a program of a release to its end, for this system. @returns what it said */
  job(path: string, code: string): Promise<string>
}

/**
 * Two API processes and a worker process for each service, with Postgres and Temporal of their own, behind an NGINX that hears of who is
 * ready.
 * @param code folder of the release that they begin with
 * @param asksWho whether the gateway asks who somebody is; a release from before that endpoint cannot tell
 */
export async function startDrilledSystem(
  undo: AsyncDisposableStack,
  say: (text: string) => void,
  { code = OWN_CODE, asksWho = true }: { code?: string; asksWho?: boolean } = {},
): Promise<DrilledSystem> {
  const stack = await startStack({ undo, say, profiles: null, migrated: code === OWN_CODE })
  const env = {
    DATABASE_URL: stack.postgres.url,
    TEMPORAL_ADDRESS: stack.temporal.address,
    DATA_DIR: `${stack.folder}/data`,
    PUBLIC_URL: 'https://localhost',
    RATE_LIMIT_SCALE: '1000',
    AI_BUDGET_MICROS: '1000000000',
    TRUSTED_PROXIES: '1',
    WORKERS_DRAIN_S: '5',
  }
  const job = (path: string, from: string) =>
    limitedRun({
      command: process.execPath,
      args: [resolve(from, path)],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      withinMs: JOB_MS,
    })
  const program = (name: string, path: string, from: string, own: Record<string, string>) =>
    stack.program(name, pathToFileURL(resolve(from, path)).href, { ...env, ...own })
  if (code !== OWN_CODE) await job('db/migrate.ts', code)

  const parts: Part[] = []
  const copies: Copy[] = []
  const internalPorts: number[] = []
  for (const n of [1, 2]) {
    const [port, internal, metrics] = [await freePort(), await freePort(), await freePort()]
    internalPorts.push(internal)
    copies.push({ public: `127.0.0.1:${port}`, internal: `127.0.0.1:${internal}` })
    const own = { PORT: `${port}`, INTERNAL_PORT: `${internal}`, METRICS_PORT: `${metrics}` }
    let from = code
    let running = await program(`api-${n}`, 'api/main.ts', from, own)
    parts.push({
      name: `api ${n}`,
      role: 'api',
      restart: async (next = from) => {
        from = next
        await running.stop()
        running = await program(`api-${n}`, 'api/main.ts', from, own)
      },
    })
  }
  for (const service of SERVICES) {
    let from = code
    let n = 1
    const start = async (): Promise<Running> =>
      program(`worker-${service}-${n}`, 'workers/main.ts', from, {
        WORKERS: service,
        INTERNAL_URL: `http://127.0.0.1:${internalPorts[n % 2]}`,
        WORKERS_METRICS_PORT: `${await freePort()}`,
      })
    let running = await start()
    parts.push({
      name: `worker ${service}`,
      role: 'worker',
      // Beside each other for a moment, as a rolling update has them.
      restart: async (next = from) => {
        from = next
        n += 1
        const beside = await start()
        await running.stop()
        running = beside
      },
    })
  }

  const paths = gatewayTable().map((path) => (asksWho ? path : { ...path, verified: false }))
  const gateway = await startGateway({ every: copies }, {}, paths)
  undo.defer(() => gateway.stop())
  const over = new AbortController()
  const watching = watchCopies(gateway.nginx, () => Promise.resolve({ every: copies }), {
    signal: over.signal,
    certificate: gateway.settings.certificate,
    told: ({ every }) => say(`${every.map((copy) => `${copy.public} × ${copy.weight}`).join(', ') || 'nobody'}`),
  })
  undo.defer(async () => {
    over.abort()
    await watching
  })
  return { gateway, parts, job }
}
