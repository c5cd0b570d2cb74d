import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Client } from '@temporalio/client'
import { endsOperations } from '../commands/operations.ts'
import { budgetOf, type Config } from '../config.ts'
import { tellSkew } from '../db/clock.ts'
import { openDatabases, type Databases } from '../db/databases.ts'
import { attend } from '../doctor/attendance.ts'
import type { EventBus } from '../events/bus/bus.ts'
import { openBus } from '../events/bus/open-bus.ts'
import { loadKeys, tellUnset } from '../keys/keys.ts'
import { createLifecycle, stopAll, type Lifecycle, type Stoppable } from '../lifecycle.ts'
import type { ScriptProvider } from '../llm/provider.ts'
import { selectProvider } from '../llm/select.ts'
import type { Service } from '../services.ts'
import { createLogger, type Logger } from '../telemetry/logger.ts'
import { discoveryOf } from '../network/discovery.ts'
import { keepSettings } from '../network/live-settings.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createTemporalClient } from '../temporal/client.ts'
import { workflowBundle } from './bundle.ts'
import { connectWorkers } from './connection.ts'
import { registerGauges } from './gauges.ts'
import { reportLiveness } from './liveness.ts'
import { hungLoops, watchLoops } from './loop-watch.ts'
import { keepProviderHealth } from './provider-health.ts'
import { providerMemory } from './provider-learned.ts'
import { runRelays } from './relays/index.ts'
import { keepSchedule } from './schedules.ts'
import { startServiceWorker, type RunningWorker } from './service-worker.ts'
import { DEFINITIONS, subscriptionsOf } from './services/index.ts'
import { internalClient, type ServiceDeps } from './services/service.ts'

/** What is otherwise than the configuration alone would make it. */
export interface WorkersOverrides {
  readonly logger?: Logger
  /** Default: one of its own, which stops with `stop` and with no signal. */
  readonly lifecycle?: Lifecycle
  /** Already open; they stay open after the stop. */
  readonly databases?: Databases
  /** Whether it writes itself down and says at its start what is wrong around it; default false. */
  readonly attends?: boolean
  /** Who writes scripts. */
  readonly provider?: ScriptProvider
  /** The bundled workflows, where they are bundled already. */
  readonly bundlePath?: string
  /** Which of `WORKERS` take activities and workflows from the start; default all. */
  readonly workers?: readonly Service[]
  /** Whether relays and consumers of `WORKERS` run from the start; default true. */
  readonly relays?: boolean
  /** The figures of Temporal's SDK in this process, as text for Prometheus; default: none. */
  readonly sdkMetrics?: () => Promise<string>
  /** Whether the schedules are made; default true. They outlive the process on the Temporal server. */
  readonly schedules?: boolean
}

/** Workers at work. */
export interface RunningWorkers extends Stoppable {
  /** The one that it got, where the configuration asks for any (0). */
  readonly metricsPort: number
  readonly bus: EventBus
  readonly temporal: Client
  startWorkers(...services: Service[]): Promise<void>
  stopWorkers(...services: Service[]): Promise<void>
  startRelays(): void
}

/** The composition root of the workers: what a process runs and what tests run. `WORKERS` chooses the services. */
export async function createWorkers(config: Config, overrides: WorkersOverrides = {}): Promise<RunningWorkers> {
  const logger = overrides.logger ?? createLogger(config, 'workers')
  const lifecycle = overrides.lifecycle ?? createLifecycle(logger, { drainMs: config.workersDrainMs })
  const keys = await loadKeys(config)
  tellUnset(keys, logger)
  const databases = overrides.databases ?? opened(config, lifecycle)
  const workers = new Map<Service, RunningWorker>()
  const [bundle, connection] = await Promise.all([
    overrides.bundlePath === undefined ? workflowBundle() : { codePath: overrides.bundlePath },
    connectWorkers(...([config, logger, () => createTemporalClient(config, keys, 'workers')] as const), (moved) =>
      workers.forEach((worker) => worker.moveTo(moved)),
    ),
  ])
  lifecycle.onStop('temporal', () => connection.close())
  const client = await createTemporalClient(config, keys, 'workers')
  lifecycle.onStop('temporal client', () => client.connection.close())
  const bus = await openBus(config, databases)
  lifecycle.onStop('event bus', () => bus.close())

  const healthChanged = keepProviderHealth({ db: databases.ai, internal: internalClient(config, keys, 'ai'), logger })
  const provider =
    overrides.provider ??
    (await selectProvider(config, { changed: healthChanged, memory: providerMemory({ db: databases.ai, logger }) }))
  const depsOf = <S extends Service>(service: S): ServiceDeps<S> => ({
    db: databases[service],
    internal: internalClient(config, keys, service),
    ...{ config, keys, provider, client, logger },
  })

  const relays: Stoppable[] = []
  const startWorkers = async (...services: readonly Service[]) => {
    const failed = (error: unknown, service: Service) => {
      logger.fatal({ err: error, service }, 'a worker failed')
      void lifecycle.fail('worker failed')
    }
    // Beside each other: they share the thread that loads the workflows.
    const start = async (service: Service) =>
      workers.set(
        service,
        await startServiceWorker(service, depsOf(service), { connection: connection.current, bundle, failed }),
      )
    await Promise.all(services.map(start))
  }
  const stopWorkers = async (...services: readonly Service[]) => {
    const chosen = services.flatMap((service) => workers.get(service) ?? [])
    for (const service of services) workers.delete(service)
    await stopAll(chosen)
  }
  const end = endsOperations(databases, budgetOf(config))
  const startRelays = () => {
    for (const service of config.WORKERS) relays.push(...runRelays(service, depsOf(service), bus, end))
  }

  const metrics = createMetrics('workers', overrides.sdkMetrics)
  const subscriptions = config.WORKERS.flatMap((service) => subscriptionsOf(service, depsOf(service)))
  registerGauges(metrics, { databases, config, keys, client, subscriptions, bus })
  const metricsServer = metrics.server().listen(config.WORKERS_METRICS_PORT, config.METRICS_HOST)
  await once(metricsServer, 'listening')
  const metricsPort = (metricsServer.address() as AddressInfo).port
  lifecycle.onStop('metrics', () => void metricsServer.close())
  const watch = watchLoops({ logger, failed: () => void lifecycle.fail('a loop hangs') })
  lifecycle.onStop('watch of loops', () => watch.stop())
  const [first = 'auth'] = config.WORKERS
  tellSkew(databases[first], logger)
  if (overrides.attends) {
    const attendance = attend('workers', config.WORKERS, { config, databases, temporal: client, keys }, logger)
    lifecycle.onStop('attendance', () => attendance.stop())
  }
  const settings = keepSettings(discoveryOf(config, logger), config, logger)
  lifecycle.onStop('settings', () => settings.stop())
  let started = false
  if (config.ALIVE_FILE) {
    const working = () =>
      started && hungLoops().length === 0 && [...workers.values()].every((worker) => worker.isRunning())
    const liveness = reportLiveness(config.ALIVE_FILE, working, logger)
    lifecycle.onStop('liveness', () => liveness.stop())
  }

  // All are told at once and drained together, before anything that they work with: who is told later takes new work meanwhile.
  lifecycle.onStop('workers and relays', () => stopAll([...workers.values(), ...relays]))
  await startWorkers(...(overrides.workers ?? config.WORKERS))
  if (overrides.relays ?? true) startRelays()
  if (overrides.schedules ?? true) {
    const schedules = config.WORKERS.flatMap((service) => DEFINITIONS[service].schedules)
    relays.push(...schedules.map((schedule) => keepSchedule(schedule(config.TASK_QUEUE_SUFFIX), { client, logger })))
  }
  started = true
  // Of others nobody told them who writes.
  const writes = config.WORKERS.includes('ai') && { provider: provider.name, is_demo: provider.is_demo }
  logger.info({ workers: config.WORKERS, ...writes }, 'working')
  return { metricsPort, bus, temporal: client, startWorkers, stopWorkers, startRelays, stop: () => lifecycle.stop() }
}

function opened(config: Config, lifecycle: Lifecycle): Databases {
  const databases = openDatabases(config, 'workers')
  lifecycle.onStop('databases', () => databases.close())
  return databases
}
