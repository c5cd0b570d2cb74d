/**
 * `npm run start:gateway`: NGINX as the gateway, told by this process who is ready and of renewed certificates. Where the API's copies are
 * comes as `--copies host:port/internal-port,…`, or as names in DNS, each standing for all its addresses: `--dns api:3000`, and for a
 * service with processes of its own `--dns ai=api-ai:3000`; with neither and CONSUL_HTTP_ADDR from Consul. CORS_ORIGINS, RATE_LIMIT_SCALE
 * and TRACE_SHARE are those of the API.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { createProcessLifecycle } from '../lifecycle.ts'
import { byEnvironment, discoveryOf } from '../network/discovery.ts'
import { serviceTlsFiles } from '../network/own-tls.ts'
import { createLogger } from '../telemetry/logger.ts'
import { startNginx } from './gateway/nginx-process.ts'
import { IN_CONTAINERS, type Copies, type GatewaySettings } from './gateway/settings.ts'
import { byConsul, byDns, watchCopies, type FindCopies } from './gateway/watch.ts'

/** Open requests and streams may come to their end for so long when it is told to stop; clients of a stream come back. */
const DRAIN_MS = 10_000

const { values } = parseArgs({
  options: {
    copies: { type: 'string' },
    dns: { type: 'string', multiple: true },
    'internal-port': { type: 'string', default: '3001' },
    https: { type: 'string', default: IN_CONTAINERS.https },
    http: { type: 'string', default: IN_CONTAINERS.http },
    status: { type: 'string', default: IN_CONTAINERS.status },
    folder: { type: 'string', default: '/tmp/gateway' },
    certificate: { type: 'string', default: IN_CONTAINERS.certificate },
    key: { type: 'string', default: IN_CONTAINERS.key },
    'public-host': { type: 'string' },
    'internal-name': { type: 'string', default: 'api' },
    // A word of NGINX's; a file where standard output is a socket, which cannot be opened by its name.
    'access-log': { type: 'string', default: IN_CONTAINERS.accessLog },
    nginx: { type: 'string', default: 'nginx' },
  },
})

async function finder(): Promise<FindCopies> {
  const internalPort = Number(values['internal-port'])
  if (values.copies !== undefined) {
    const every = values.copies.split(',').map((copy) => {
      const [at = '', internal = String(internalPort)] = copy.trim().split('/')
      return { public: at, internal: `${at.slice(0, at.lastIndexOf(':'))}:${internal}` }
    })
    return () => Promise.resolve({ every })
  }
  const discovery = discoveryOf(config, logger)
  if (discovery !== byEnvironment && !values.dns) {
    const listed = await byConsul(discovery, join(folder, 'copies.json'))
    lifecycle.onStop('discovery', listed.stop)
    return listed.find
  }
  const names = (values.dns ?? ['api:3000']).map((name) => (name.includes('=') ? name.split('=', 2) : ['every', name]))
  return byDns({ every: 'api:3000', ...(Object.fromEntries(names) as object) }, internalPort)
}

const config = loadConfig(undefined, undefined, 'gateway')
const logger = createLogger(config, 'gateway')
const lifecycle = createProcessLifecycle(logger, DRAIN_MS)
const folder = resolve(values.folder)
mkdirSync(folder, { recursive: true, mode: 0o755 })
const tls = serviceTlsFiles(config)
const settings: GatewaySettings = {
  ...IN_CONTAINERS,
  ...{ https: values.https, http: values.http, status: values.status, folder, scratch: folder },
  ...{ certificate: resolve(values.certificate), key: resolve(values.key) },
  accessLog: values['access-log'],
  ...(values['public-host'] !== undefined && { publicHost: values['public-host'] }),
  // As any process of the installation shows itself to the others.
  ...(tls && { internal: { ca: tls.ca, certificate: tls.cert, key: tls.key, name: values['internal-name'] } }),
  ...{ origins: config.CORS_ORIGINS, scale: config.RATE_LIMIT_SCALE, traceShare: config.TRACE_SHARE },
}
const find = await finder()
const begin: Copies = await find()
const nginx = await startNginx(settings, begin, values.nginx)
void nginx.ended.then((code) => (lifecycle.stopping ? undefined : lifecycle.fail(`NGINX ended with ${code}`)))
lifecycle.onStop('nginx', () => nginx.stop(DRAIN_MS))
const over = new AbortController()
const watching = watchCopies(nginx, find, {
  signal: over.signal,
  certificate: settings.certificate,
  told: ({ every }) =>
    logger.info({ address: every.map((copy) => copy.public).join(' ') }, 'these copies get the requests'),
})
watching.catch((error: unknown) => {
  logger.error({ err: error }, 'nobody looks any more which copies are ready')
  return lifecycle.fail('watch')
})
lifecycle.onStop('watch', () => {
  over.abort()
  return watching
})
lifecycle.ready()
