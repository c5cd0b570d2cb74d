import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createScenor, type Scenor } from '../client/index.ts'
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
  /** That client. It tries nothing twice: what is refused under load is to be seen. */
  readonly scenor: Scenor
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
  const body = { email: `bench-${randomUUID()}@example.test`, password: 'plum-orbit-kettle-92' }
  const registered = await createScenor(origin, { tries: 1 }).call('POST /auth/register', { body })
  if (!('access_token' in registered)) throw new Error('the registration takes longer than the API waits')
  const headers = { authorization: `Bearer ${registered.access_token}`, 'accept-language': 'ru' }
  const scenor = createScenor(origin, { headers, tries: 1 })
  return {
    ...{ origin, headers, scenor, dataDir },
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
    generate: async (brief) => (await scenor.call('POST /ai/generate', { body: { brief } })).id,
  }
}

async function distinctPorts(count: number): Promise<string[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports].map(String)
}
