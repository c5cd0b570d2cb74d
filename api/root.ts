import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { tellSkew } from '../db/clock.ts'
import { openDatabases, type Databases } from '../db/databases.ts'
import { attend } from '../doctor/attendance.ts'
import { createRenderer, type RendererOptions } from '../exports/renderer.ts'
import { newestPeppers } from '../db/auth/accounts.ts'
import { listLivingSessions } from '../db/auth/sessions.ts'
import { loadKeys, tellUnset } from '../keys/keys.ts'
import { createLifecycle, type Lifecycle, type Stoppable } from '../lifecycle.ts'
import { traefikTags } from '../network/catalogue-tags.ts'
import { API_NAME, discoveryOf } from '../network/discovery.ts'
import { keepSettings } from '../network/live-settings.ts'
import { ownTls, renewing } from '../network/own-tls.ts'
import { createLogger, type Logger } from '../telemetry/logger.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createTemporalClient } from '../temporal/client.ts'
import { createApp } from './app.ts'
import { createAccessTokens } from './auth/access-token.ts'
import { createPasswords } from './auth/passwords.ts'
import { createSessionMode } from './auth/session-mode.ts'
import { createSessions } from './auth/sessions.ts'
import { createSignedLinks } from './auth/signed-links.ts'
import { createStreamTickets } from './auth/stream-tickets.ts'
import { createThrottle } from './auth/throttle.ts'
import { createCache } from './cache/cache.ts'
import type { ApiDeps } from './context.ts'
import { createAcceptor } from './http/accept.ts'
import { registerApiGauges } from './gauges.ts'
import { listen, SERVER_LIMITS } from './http/listen.ts'
import { createInternalApp } from './internal/app.ts'
import { VERIFY_PATH } from './internal/verify.ts'
import { createNotificationWatch } from './streams/notification-stream.ts'
import { createOperationWatch } from './streams/operation-watch.ts'
import { createSessionWatch } from './streams/session-watch.ts'
import { createSlots } from './streams/slots.ts'
import { createStreams } from './streams/streams.ts'

/** What is otherwise than the configuration alone would make it. */
export interface ApiOverrides {
  readonly logger?: Logger
  /** Default: one of its own, which stops with `stop` and with no signal. */
  readonly lifecycle?: Lifecycle
  /** Already open; they stay open after the stop. */
  readonly databases?: Databases
  /** Whether it writes itself down and says at its start what is wrong around it; default false. */
  readonly attends?: boolean
  /** Caps of exports. */
  readonly renderer?: Omit<RendererOptions, 'logger'>
  /** After how much silence an event stream says that it is still there, milliseconds. */
  readonly silenceMs?: number
  /** After how long a stream is ended on purpose, milliseconds. */
  readonly cutMs?: number
}

/** An API that serves. The ports are those that it got, where the configuration asks for any (0). */
export interface RunningApi extends Stoppable {
  readonly port: number
  readonly internalPort: number
  readonly metricsPort: number
}

/** The composition root of the API: what a process runs and what tests run. */
export async function createApi(config: Config, overrides: ApiOverrides = {}): Promise<RunningApi> {
  const logger = overrides.logger ?? createLogger(config, 'api')
  const lifecycle = overrides.lifecycle ?? createLifecycle(logger)
  const keys = await loadKeys(config)
  tellUnset(keys, logger)
  const databases = overrides.databases ?? opened(config, lifecycle)
  const temporal = await createTemporalClient(config, keys, 'api')
  lifecycle.onStop('temporal', () => temporal.connection.close())

  const tls = ownTls(config)
  const throttle = await createThrottle(config, keys.limits[0].secret, logger, tls)
  lifecycle.onStop('throttle', () => throttle.stop())
  const cache = await createCache(config, logger, tls)
  lifecycle.onStop('cache', () => cache.close())
  const renderer = createRenderer({ logger, ...overrides.renderer })
  lifecycle.onStop('renderer', () => renderer.close())
  const tokens = createAccessTokens(keys.signing, config.publicUrl)
  /** Of a database that this process serves, where to listen for its notifications. */
  const heard = (service: 'ai' | 'notifications') =>
    config.SERVICES.includes(service) ? (config.listenUrls?.[service] ?? null) : null
  const operationWatch = createOperationWatch(heard('ai'))
  lifecycle.onStop('operation watch', () => operationWatch.stop())
  const notificationWatch = createNotificationWatch(heard('notifications'))
  lifecycle.onStop('notification watch', () => notificationWatch.stop())
  const slots = await createSlots(config, tls)
  lifecycle.onStop('stream slots', () => slots.stop())
  const streams = createStreams({
    slots,
    sessions: createSessionWatch((ids) => listLivingSessions(databases.auth, ids)),
    silenceMs: overrides.silenceMs,
    cutMs: overrides.cutMs,
  })

  const passwords = await createPasswords(keys.peppers, (pepper) =>
    logger.error({ pepper }, 'PASSWORD_PEPPER lacks the pepper of stored passwords: nobody can sign in with them'),
  )
  tellSkew(databases.auth, logger)
  // It may be away now; then the first sign-in tells.
  if (config.SERVICES.includes('auth')) newestPeppers(databases.auth).then(passwords.names, () => {})
  const sessions = createSessions({ db: databases.auth, tokens })
  const deps: ApiDeps = {
    config,
    logger,
    databases,
    temporal,
    keys,
    tokens,
    sessions,
    streamTickets: createStreamTickets({ db: databases.auth, sessions }),
    signedLinks: createSignedLinks({ ring: keys.links, sessions }),
    sessionMode: createSessionMode(config.publicUrl),
    passwords,
    acceptor: createAcceptor({ databases, temporal, suffix: config.TASK_QUEUE_SUFFIX, logger }),
    throttle,
    cache,
    renderer,
    streams,
    operationWatch,
    notificationWatch,
    stopping: () => lifecycle.stopping,
  }
  if (overrides.attends) {
    const attendance = attend('api', config.SERVICES, { config, databases, temporal, keys }, logger)
    lifecycle.onStop('attendance', () => attendance.stop())
  }
  const metrics = createMetrics('api')
  registerApiGauges(metrics, deps)
  const open = async (name: string, server: Server | TlsServer, port: number, host: string): Promise<number> => {
    lifecycle.onStop(name, await listen(server, port, host, () => lifecycle.stopping))
    return (server.address() as AddressInfo).port
  }
  const own: { url?: string } = {}
  const answers = createInternalApp({ ...deps, ownUrl: () => own.url }).callback()
  // Who shows no certificate is refused by the application, since browsers of operators have none and use the codec server there.
  const internalApp = tls
    ? createTlsServer({ ...SERVER_LIMITS, ...tls.current(), requestCert: true, rejectUnauthorized: false }, answers)
    : createServer(SERVER_LIMITS, answers)
  if (tls) lifecycle.onStop('certificates', renewing(internalApp as TlsServer, tls))
  const internalPort = await open('internal endpoints', internalApp, config.INTERNAL_PORT, config.INTERNAL_HOST)
  const metricsPort = await open('metrics', metrics.server(), config.METRICS_PORT, config.METRICS_HOST)
  const app = createServer(SERVER_LIMITS, createApp(deps).callback())
  const port = await open('public endpoints', app, config.PORT, config.HOST)
  own.url = `http://${ownHost(config.HOST)}:${port}`
  // Stopped first: an open stream would hold the drain of the server to its limit.
  lifecycle.onStop('event streams', () => streams.close())
  const discovery = discoveryOf(config, logger)
  const settings = keepSettings(discovery, config, logger)
  lifecycle.onStop('settings', () => settings.stop())
  const tags = [...config.SERVICES, ...traefikTags(config.SERVICES, { internalPort, verify: VERIFY_PATH })]
  const announced = discovery.announce({ name: API_NAME, port, internalPort, tags })
  // First of all: `ready` says 503 from now on, and until balancers have seen that they still send requests.
  lifecycle.onStop('drain', async () => {
    await Promise.all([announced.stop(), delay(config.DRAIN_S * 1000)])
  })
  logger.info({ port, services: config.SERVICES }, 'serving')
  return { port, internalPort, metricsPort, stop: () => lifecycle.stop() }
}

function opened(config: Config, lifecycle: Lifecycle): Databases {
  const databases = openDatabases(config, 'api')
  lifecycle.onStop('databases', () => databases.close())
  return databases
}

/** Where a process reaches itself that listens there. */
const ownHost = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
