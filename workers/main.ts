import { setTimeout as delay } from 'node:timers/promises'
import { NativeConnection, type Worker } from '@temporalio/worker'
import type { Transaction } from 'kysely'
import { selectProvider } from '../activities/ai/select.ts'
import { loadConfig, type Config } from '../config.ts'
import { removeExpired } from '../db/ai/care.ts'
import type { AiDb } from '../db/ai/schema.ts'
import { removeExpiredPhoneCodes } from '../db/users/phone-codes.ts'
import { openDatabases } from '../db/connection.ts'
import { openBus } from '../events/open-bus.ts'
import { endRun } from '../events/run-ended.ts'
import { loadKeys } from '../keys.ts'
import { createLifecycle } from '../lifecycle.ts'
import { createLogger, type Logger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { budgetOf } from '../models/budget.ts'
import { connectionSettings, createTemporalClient } from '../temporal.ts'
import { CALL_TEXTS_DAYS, RETENTION_DAYS } from '../workflows/retention.ts'
import { workflowBundle } from './bundle.ts'
import { runDeliveryRelay, runLetterRelay, runPhoneCodeRelay } from './hand-over.ts'
import { runConsumer } from './consumers.ts'
import { hearingsOf } from './hearings.ts'
import { runOutboxRelay } from './outbox.ts'
import { registerGauges } from './gauges.ts'
import { keepPulse } from './pulse.ts'
import { runRelay } from './relay.ts'
import { keepProviderHealth } from './provider-health.ts'
import { installRuntime } from './runtime.ts'
import { keepSchedule } from './schedules.ts'
import { createServiceWorker } from './service-worker.ts'
import { internalClient } from './services.ts'

/** The composition root of a worker process: `WORKERS` chooses the services. */
async function main(): Promise<void> {
  const config = loadConfig()
  const logger = createLogger(config, 'workers')
  const lifecycle = createLifecycle(logger)
  installRuntime(logger)
  const keys = await loadKeys(config)
  const databases = openDatabases(config, 'workers')
  lifecycle.onStop('databases', () => databases.close())
  const [bundle, connection] = await Promise.all([workflowBundle(), connectPatiently(config, logger)])
  lifecycle.onStop('temporal', () => connection.close())
  const client = await createTemporalClient(config, keys)
  lifecycle.onStop('temporal client', () => client.connection.close())

  const bus = await openBus(config, databases)
  lifecycle.onStop('event bus', () => bus.close())

  const healthChanged = keepProviderHealth({
    db: databases.ai,
    internal: internalClient(config, keys, 'ai'),
    logger,
  })
  const deps = { config, databases, keys, client, provider: selectProvider(config, healthChanged) }
  const workers: Worker[] = []
  for (const service of config.WORKERS) {
    const worker = await createServiceWorker(service, deps, connection, bundle)
    if (worker) {
      workers.push(worker)
      const running = worker.run()
      // A worker that dies (its server gone for too long) ends the process; the supervisor starts a clean one.
      running.catch((error: unknown) => {
        logger.fatal({ err: error, service }, 'a worker failed')
        void lifecycle.stop('worker failed').then(() => process.exit(1))
      })
      lifecycle.onStop(`worker ${service}`, async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown()
        await running.catch(() => {})
      })
    }
    const relay = runRelay({
      service,
      db: databases[service],
      client,
      suffix: config.TASK_QUEUE_SUFFIX,
      logger,
      ...(service === 'ai' && {
        ended: (trx, row) => endRun(trx as unknown as Transaction<AiDb>, row, budgetOf(config)),
        removeExpired: () => removeExpired(databases.ai, { events: RETENTION_DAYS, texts: CALL_TEXTS_DAYS }),
      }),
      ...(service === 'users' && { removeExpired: () => removeExpiredPhoneCodes(databases.users) }),
    })
    lifecycle.onStop(`relay ${service}`, () => relay.stop())
    if (service === 'auth') {
      const letters = runLetterRelay({ db: databases.auth, client, suffix: config.TASK_QUEUE_SUFFIX, logger })
      lifecycle.onStop('letters', () => letters.stop())
    }
    if (service === 'users') {
      const codes = runPhoneCodeRelay({ db: databases.users, client, suffix: config.TASK_QUEUE_SUFFIX, logger })
      lifecycle.onStop('phone codes', () => codes.stop())
    }
    const url = config.databases?.[service] ?? ''
    const outbox = runOutboxRelay({ service, db: databases[service], url, bus, logger })
    lifecycle.onStop(`outbox ${service}`, () => outbox.stop())
    if (service === 'notifications') {
      const deliveries = runDeliveryRelay({
        db: databases.notifications,
        client,
        suffix: config.TASK_QUEUE_SUFFIX,
        giveUpS: config.NOTIFY_GIVE_UP_S,
        logger,
      })
      lifecycle.onStop('deliveries', () => deliveries.stop())
    }
    for (const hearing of hearingsOf(service, deps)) {
      const consumer = runConsumer(hearing, { bus, logger })
      lifecycle.onStop(`consumer ${hearing.group}`, () => consumer.stop())
    }
    const schedule = keepSchedule(service, { client, suffix: config.TASK_QUEUE_SUFFIX, logger })
    lifecycle.onStop(`schedule ${service}`, () => schedule.stop())
  }
  const metrics = createMetrics('workers')
  registerGauges(
    metrics,
    databases,
    config.WORKERS,
    bus,
    config.WORKERS.flatMap((service) => hearingsOf(service, deps)),
  )
  const metricsServer = metrics.server().listen(config.WORKERS_METRICS_PORT, config.HOST)
  lifecycle.onStop('metrics', () => void metricsServer.close())
  logger.info({ workers: config.WORKERS, provider: deps.provider.name, is_demo: deps.provider.is_demo }, 'working')
  if (config.ALIVE_FILE) {
    const pulse = keepPulse(config.ALIVE_FILE, () => workers.every((w) => w.getState() === 'RUNNING'), logger)
    lifecycle.onStop('pulse', () => pulse.stop())
  }
  lifecycle.ready()
}

/** Waits for a Temporal server that is away: accepted work waits in the rows meanwhile. */
async function connectPatiently(config: Config, logger: Logger): Promise<NativeConnection> {
  const settings = await connectionSettings(config)
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      return await NativeConnection.connect(settings)
    } catch (error) {
      logger.warn({ err: error, address: settings.address }, 'the Temporal server is away')
      await delay(waitMs)
    }
  }
}

await main()
