import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { createApi, type ApiOverrides } from '../../api/root.ts'
import { loadConfig, type Config } from '../../config.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import { loadKeys, type Keys } from '../../keys/keys.ts'
import type { ScriptProvider } from '../../llm/provider.ts'
import type { Service } from '../../services.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createWorkers } from '../../workers/root.ts'
import { cloneDatabases, type TestDatabases } from './databases.ts'
import { createApiClient, type Api } from './http.ts'
import { quietRuntime } from './quiet.ts'
import { testServers } from './servers.ts'

export interface SystemOptions extends Pick<ApiOverrides, 'renderer' | 'silenceMs' | 'cutMs'> {
  readonly env?: Record<string, string>
  /** Who writes scripts; default: what the configuration says (demo). */
  readonly provider?: ScriptProvider
  /** Which workers run from the start; default all. */
  readonly workers?: readonly Service[]
  /** Whether relays and consumers run; default true. */
  readonly relays?: boolean
  /** Where the API believes the Temporal server to be; default: where it is. */
  readonly temporalAddress?: string
  /** host:port of a pooler between all and the databases. */
  readonly pooler?: string
}

export interface System {
  readonly api: Api
  readonly config: Config
  readonly keys: Keys
  readonly databases: TestDatabases
  readonly bus: EventBus
  readonly temporal: Client
  /** Where the figures of the API and of the workers are. */
  readonly metricsPorts: { readonly api: number; readonly workers: number }
  /** Log lines of the API and the workers, as JSON text. */
  readonly logs: string[]
  startWorkers(...services: Service[]): Promise<void>
  stopWorkers(...services: Service[]): Promise<void>
  startRelays(): void
  stop(): Promise<void>
}

/**
 * The whole system in this process: API on free ports, workers on task queues of their own, databases of their own, the run's Temporal
 * server. The composition roots are those of the processes; here stands what a test wants otherwise.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { temporal: address, bundlePath } = testServers()
  const databases = await cloneDatabases({ pool: options.env?.['DATABASE_POOL'], pooler: options.pooler })
  const folder = await mkdtemp(join(tmpdir(), 'scenor-system-'))
  const loaded = loadConfig({
    ...databases.env,
    DATA_DIR: folder,
    DATABASE_POOL: '5',
    TEMPORAL_ADDRESS: address,
    TASK_QUEUE_SUFFIX: randomBytes(4).toString('hex'),
    PUBLIC_URL: 'http://api.test',
    RATE_LIMIT_SCALE: '1000',
    // A test that stops it has seen what it wanted.
    DRAIN_S: '0',
    WORKERS_DRAIN_S: '5',
    // On a busy machine two seconds may be too short for 201, and what a test registers for comes after it.
    REGISTER_WAIT_MS: '15000',
    // What the fake model writes pleases no checker; tests about repair ask for it.
    AI_REPAIR_ROUNDS: '0',
    LOG_LEVEL: 'debug',
    ...options.env,
  })
  const free: Config = { ...loaded, PORT: 0, INTERNAL_PORT: 0, METRICS_PORT: 0, WORKERS_METRICS_PORT: 0 }
  const logs: string[] = []
  const logger = createLogger(free, 'test', { write: (line: string) => void logs.push(line) })
  const { renderer, silenceMs, cutMs, provider, workers: atWork, relays } = options
  const api = await createApi(
    { ...free, TEMPORAL_ADDRESS: options.temporalAddress ?? address },
    {
      logger,
      databases,
      ...(renderer && { renderer }),
      ...(silenceMs !== undefined && { silenceMs }),
      ...(cutMs !== undefined && { cutMs }),
    },
  )
  const config: Config = {
    ...free,
    internalUrl: `${free.SERVICE_TLS_CA ? 'https' : 'http'}://127.0.0.1:${api.internalPort}`,
  }

  const sdkMetrics = (await quietRuntime()).read
  const workers = await createWorkers(config, {
    ...{ logger, databases, bundlePath, sdkMetrics },
    ...(provider && { provider }),
    ...(atWork && { workers: atWork }),
    ...(relays !== undefined && { relays }),
    // They would stay on the run's server and start what no worker takes any more.
    schedules: false,
  })
  const { bus, temporal, startWorkers, stopWorkers, startRelays } = workers
  return {
    ...{ config, databases, bus, temporal, logs, startWorkers, stopWorkers, startRelays },
    metricsPorts: { api: api.metricsPort, workers: workers.metricsPort },
    api: createApiClient(`http://127.0.0.1:${api.port}`),
    keys: await loadKeys(config),
    stop: async () => {
      await workers.stop()
      await api.stop()
      await databases.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
