import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NativeConnection, type Worker } from '@temporalio/worker'
import type { Client } from '@temporalio/client'
import type { ScriptProvider } from '../../activities/ai/provider.ts'
import { selectProvider } from '../../activities/ai/select.ts'
import { createAcceptor } from '../../api/accept.ts'
import { createAccessTokens } from '../../api/access-token.ts'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/context.ts'
import { createInternalApp } from '../../api/internal.ts'
import { listen, SERVER_LIMITS } from '../../api/listen.ts'
import { createNotificationWatch } from '../../api/notification-stream.ts'
import { createOperationWatch } from '../../api/operation-watch.ts'
import { createPasswords } from '../../api/passwords.ts'
import { createSessions } from '../../api/sessions.ts'
import { createThrottle } from '../../api/throttle.ts'
import { createCache } from '../../cache.ts'
import { createStreams } from '../../api/sse.ts'
import { loadConfig, type Config } from '../../config.ts'
import { createRenderer, type RendererOptions } from '../../exports/renderer.ts'
import { loadKeys, type Keys } from '../../keys.ts'
import type { EventBus } from '../../events/bus.ts'
import { openBus } from '../../events/open-bus.ts'
import { createLogger } from '../../logger.ts'
import { createMetrics } from '../../metrics.ts'
import { SERVICES, type Service } from '../../services.ts'
import { createTemporalClient } from '../../temporal.ts'
import { runRelay } from '../../workers/relay.ts'
import { runDeliveryRelay, runLetterRelay, runPhoneCodeRelay } from '../../workers/hand-over.ts'
import { runConsumer } from '../../workers/consumers.ts'
import { hearingsOf } from '../../workers/hearings.ts'
import { runOutboxRelay } from '../../workers/outbox.ts'
import { keepProviderHealth } from '../../workers/provider-health.ts'
import { createServiceWorker } from '../../workers/service-worker.ts'
import { internalClient } from '../../workers/services.ts'
import { cloneDatabases, type TestDatabases } from './databases.ts'
import { createApi, type Api } from './http.ts'
import { quietRuntime } from './quiet.ts'
import { testServers } from './servers.ts'

export interface SystemOptions {
  readonly env?: Record<string, string>
  /** Who writes scripts; default: what the configuration says (demo). */
  readonly provider?: ScriptProvider
  /** Which workers run from the start; default all. */
  readonly workers?: readonly Service[]
  /** Whether relays run; default true. */
  readonly relays?: boolean
  /** After how much silence an event stream says that it is still there, milliseconds. */
  readonly silenceMs?: number
  /** Caps of exports, when a test is about them. */
  readonly renderer?: Omit<RendererOptions, 'logger'>
  /** Where the API believes the Temporal server to be; default: where it is. */
  readonly temporalAddress?: string
}

export interface System {
  readonly api: Api
  readonly config: Config
  readonly keys: Keys
  readonly databases: TestDatabases
  readonly bus: EventBus
  readonly temporal: Client
  /** Log lines of the API and the workers, as JSON text. */
  readonly logs: string[]
  startWorkers(...services: Service[]): Promise<void>
  stopWorkers(...services: Service[]): Promise<void>
  startRelays(): void
  stop(): Promise<void>
}

/**
 * The whole system in this process: API on a free port, workers on task queues of their own, databases of their own, the run's
 * Temporal server. What the composition roots do, with what a test wants otherwise.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { temporal: address, bundlePath } = testServers()
  const databases = await cloneDatabases()
  const folder = await mkdtemp(join(tmpdir(), 'scenor-system-'))
  const internalServer = createServer(SERVER_LIMITS)
  const closeInternal = await listen(internalServer, 0, '127.0.0.1')
  const config = loadConfig({
    ...databases.env,
    DATA_DIR: folder,
    DATABASE_POOL: '5',
    TEMPORAL_ADDRESS: address,
    TASK_QUEUE_SUFFIX: randomBytes(4).toString('hex'),
    INTERNAL_URL: `http://127.0.0.1:${(internalServer.address() as AddressInfo).port}`,
    PUBLIC_URL: 'http://api.test',
    RATE_LIMIT_SCALE: '1000',
    // On a busy machine two seconds may be too short for 201, and what a test registers for comes after it.
    REGISTER_WAIT_MS: '15000',
    // What the fake model writes pleases no checker; tests about repair ask for it.
    AI_REPAIR_ROUNDS: '0',
    LOG_LEVEL: 'debug',
    ...options.env,
  })
  const logs: string[] = []
  const logger = createLogger(config, 'test', { write: (line: string) => void logs.push(line) })
  const keys = await loadKeys(config)
  const temporal = await createTemporalClient(config, keys)
  const apiTemporal =
    options.temporalAddress === undefined
      ? temporal
      : await createTemporalClient({ ...config, TEMPORAL_ADDRESS: options.temporalAddress }, keys)
  const cache = createCache(config, logger)
  const renderer = createRenderer({ logger, ...options.renderer })
  const throttle = createThrottle(config, keys.pepper.secret, logger)
  const tokens = createAccessTokens(keys.signing, config.publicUrl)
  const deps: ApiDeps = {
    config,
    logger,
    databases,
    temporal: apiTemporal,
    keys,
    tokens,
    sessions: createSessions({ db: databases.auth, tokens }),
    passwords: await createPasswords(keys.peppers),
    acceptor: createAcceptor({ databases, temporal: apiTemporal, suffix: config.TASK_QUEUE_SUFFIX, logger }),
    throttle,
    cache,
    renderer,
    metrics: createMetrics('test'),
    streams: createStreams({ silenceMs: options.silenceMs ?? 15_000 }),
    operationWatch: createOperationWatch(databases.urls.ai),
    notificationWatch: createNotificationWatch(databases.urls.notifications),
    stopping: () => false,
  }
  internalServer.on('request', createInternalApp(deps).callback())
  const publicServer = createServer(SERVER_LIMITS, createApp(deps).callback())
  const closePublic = await listen(publicServer, 0, '127.0.0.1')

  quietRuntime()
  const connection = await NativeConnection.connect({ address })
  const workers = new Map<Service, { worker: Worker; running: Promise<void> }>()
  const healthChanged = keepProviderHealth({ db: databases.ai, internal: internalClient(config, keys, 'ai'), logger })
  const provider = options.provider ?? selectProvider(config, healthChanged)
  const workerDeps = { config, databases, keys, client: temporal, provider }
  const bus = await openBus(config, databases)
  const relays: { stop(): Promise<void> }[] = []

  const system: System = {
    api: createApi(`http://127.0.0.1:${(publicServer.address() as AddressInfo).port}`),
    config,
    keys,
    databases,
    bus,
    temporal,
    logs,
    startWorkers: async (...services) => {
      for (const service of services) {
        const worker = await createServiceWorker(service, workerDeps, connection, { codePath: bundlePath })
        if (worker) workers.set(service, { worker, running: worker.run() })
      }
    },
    stopWorkers: async (...services) => {
      for (const service of services) {
        const entry = workers.get(service)
        workers.delete(service)
        entry?.worker.shutdown()
        await entry?.running
      }
    },
    startRelays: () => {
      const handing = { client: temporal, suffix: config.TASK_QUEUE_SUFFIX, logger }
      relays.push(
        runLetterRelay({ db: databases.auth, ...handing }),
        runPhoneCodeRelay({ db: databases.users, ...handing }),
      )
      for (const service of SERVICES)
        relays.push(
          runRelay({ service, db: databases[service], client: temporal, suffix: config.TASK_QUEUE_SUFFIX, logger }),
          runOutboxRelay({ service, db: databases[service], url: databases.urls[service], bus, logger }),
        )
    },
    stop: async () => {
      deps.streams.close()
      await closePublic()
      await deps.operationWatch.stop()
      await deps.notificationWatch.stop()
      await closeInternal()
      await throttle.stop()
      await cache.close()
      await renderer.close()
      await Promise.all(relays.map((relay) => relay.stop()))
      await bus.close()
      await Promise.all([...workers.values()].map(({ worker }) => worker.shutdown()))
      await Promise.all([...workers.values()].map(({ running }) => running))
      await connection.close()
      await temporal.connection.close()
      if (apiTemporal !== temporal) await apiTemporal.connection.close()
      await databases.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await system.startWorkers(...(options.workers ?? SERVICES))
  if (options.relays ?? true) {
    system.startRelays()
    relays.push(
      runDeliveryRelay({
        db: databases.notifications,
        client: temporal,
        suffix: config.TASK_QUEUE_SUFFIX,
        giveUpS: config.NOTIFY_GIVE_UP_S,
        logger,
      }),
    )
    for (const service of SERVICES)
      for (const hearing of hearingsOf(service, workerDeps)) relays.push(runConsumer(hearing, { bus, logger }))
  }
  return system
}
