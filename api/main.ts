import { createServer, type Server } from 'node:http'
import { createCache } from '../cache.ts'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/connection.ts'
import { createRenderer } from '../exports/renderer.ts'
import { loadKeys } from '../keys.ts'
import { createLifecycle } from '../lifecycle.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { createTemporalClient } from '../temporal.ts'
import { createAcceptor } from './accept.ts'
import { createAccessTokens } from './access-token.ts'
import { createApp } from './app.ts'
import { createInternalApp } from './internal.ts'
import { listen, SERVER_LIMITS } from './listen.ts'
import { createNotificationWatch } from './notification-stream.ts'
import { createOperationWatch } from './operation-watch.ts'
import { createPasswords } from './passwords.ts'
import { createSessions } from './sessions.ts'
import { createThrottle } from './throttle.ts'
import { createStreams } from './sse.ts'

/** The composition root of an API process. */
async function main(): Promise<void> {
  const config = loadConfig()
  const logger = createLogger(config, 'api')
  const lifecycle = createLifecycle(logger)
  const keys = await loadKeys(config)
  const databases = openDatabases(config, 'api')
  lifecycle.onStop('databases', () => databases.close())
  const temporal = await createTemporalClient(config, keys)
  lifecycle.onStop('temporal', () => temporal.connection.close())

  const throttle = createThrottle(config, keys.pepper.secret, logger)
  lifecycle.onStop('throttle', () => throttle.stop())
  const cache = createCache(config, logger)
  lifecycle.onStop('cache', () => cache.close())
  const renderer = createRenderer({ logger })
  lifecycle.onStop('renderer', () => renderer.close())
  const tokens = createAccessTokens(keys.signing, config.publicUrl)
  const operationWatch = createOperationWatch(config.SERVICES.includes('ai') ? (config.databases?.ai ?? null) : null)
  lifecycle.onStop('operation watch', () => operationWatch.stop())
  const notificationWatch = createNotificationWatch(
    config.SERVICES.includes('notifications') ? (config.databases?.notifications ?? null) : null,
  )
  lifecycle.onStop('notification watch', () => notificationWatch.stop())
  const streams = createStreams()

  const deps = {
    config,
    logger,
    databases,
    temporal,
    keys,
    tokens,
    sessions: createSessions({ db: databases.auth, tokens }),
    passwords: await createPasswords(keys.peppers),
    acceptor: createAcceptor({ databases, temporal, suffix: config.TASK_QUEUE_SUFFIX, logger }),
    throttle,
    cache,
    renderer,
    metrics: createMetrics('api'),
    streams,
    operationWatch,
    notificationWatch,
    stopping: () => lifecycle.stopping,
  }
  const open = async (name: string, server: Server, port: number, host: string) => {
    const close = await listen(server, port, host)
    lifecycle.onStop(name, close)
  }
  await open(
    'internal endpoints',
    createServer(SERVER_LIMITS, createInternalApp(deps).callback()),
    config.INTERNAL_PORT,
    config.HOST,
  )
  await open('metrics', deps.metrics.server(), config.METRICS_PORT, config.HOST)
  await open('public endpoints', createServer(SERVER_LIMITS, createApp(deps).callback()), config.PORT, config.HOST)
  // Stopped first: an open stream would hold the drain of the server to its limit.
  lifecycle.onStop('event streams', () => streams.close())
  logger.info({ port: config.PORT, services: config.SERVICES }, 'serving')
  lifecycle.ready()
}

await main()
