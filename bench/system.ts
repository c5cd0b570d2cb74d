import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../local/processes/ports.ts'
import type { Running } from '../local/processes/running.ts'
import type { Stack } from './stack.ts'

/** Our API and workers as processes, with one signed-in person. */
export interface OurSystem {
  readonly origin: string
  /** Those that were started last: a bench may kill them and start others. */
  readonly api: Running
  readonly workers: Running
  startApi(): Promise<void>
  startWorkers(): Promise<void>
  /** What the person's client sends with each request; browsers send a language too. */
  readonly headers: Readonly<Record<string, string>>
  /** Data folder with the keys, for those who must read payloads. */
  readonly dataDir: string
  /** A second API process on the same databases. */
  another(
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly origin: string; readonly pid: number }>
  /** Asks for a script; gives the operation's id. */
  generate(brief: string): Promise<string>
}

/**
 * @param env beyond the addresses, for instance `OPENAI_BASE_URL`
 * @param program of the API process
 */
export async function startOurSystem(
  stack: Stack,
  env: Readonly<Record<string, string>> = {},
  program = '../api/main.ts',
): Promise<OurSystem> {
  const ports = await distinctPorts(3)
  const dataDir = join(stack.folder, 'data')
  const common = {
    ...{ PORT: ports[0]!, INTERNAL_PORT: ports[1]!, METRICS_PORT: ports[2]! },
    DATA_DIR: dataDir,
    DATABASE_URL: stack.postgres.url,
    TEMPORAL_ADDRESS: stack.temporal.address,
    // One person asks more in a minute than people do in a month.
    RATE_LIMIT_SCALE: '1000000',
    ...env,
  }
  // A port each: a second one may be started beside the first.
  const startWorkers = async () =>
    stack.program('workers', '../workers/main.ts', { ...common, WORKERS_METRICS_PORT: String(await freePort()) })
  const startApi = () => stack.program('api', program, common)
  let [api, workers] = await Promise.all([startApi(), startWorkers()])
  const origin = `http://127.0.0.1:${ports[0]}`
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>, status: number) => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (response.status !== status) throw new Error(`POST ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const registered = await post(
    '/auth/register',
    { email: `bench-${randomUUID()}@example.test`, password: 'plum-orbit-kettle-92' },
    {},
    201,
  )
  const headers = { authorization: `Bearer ${String(registered['access_token'])}`, 'accept-language': 'ru' }
  return {
    ...{ origin, headers, dataDir },
    get api() {
      return api
    },
    get workers() {
      return workers
    },
    startApi: async () => void (api = await startApi()),
    startWorkers: async () => void (workers = await startWorkers()),
    another: async (name, more) => {
      const [port, internal, metrics] = await distinctPorts(3)
      const { pid } = await stack.program(name, '../api/main.ts', {
        ...common,
        ...{ PORT: port!, INTERNAL_PORT: internal!, METRICS_PORT: metrics! },
        // Copies of one installation share the address that stands in their tokens.
        PUBLIC_URL: `http://localhost:${ports[0]}`,
        ...more,
      })
      return { origin: `http://127.0.0.1:${port}`, pid }
    },
    generate: async (brief) =>
      String((await post('/ai/generate', { brief }, { ...headers, 'idempotency-key': randomUUID() }, 202))['id']),
  }
}

async function distinctPorts(count: number): Promise<string[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports].map(String)
}
