import { UPSTREAMS, type Upstream } from './table.ts'

/** What is otherwise on each machine. */
export interface GatewaySettings {
  /** address:port for clients, TLS. */
  readonly https: string
  /** address:port that sends clients to the one above. */
  readonly http: string
  /** address:port for operators alone: health and figures of the gateway itself. */
  readonly status: string
  /** Folder with `upstreams.conf`, and one that NGINX may write into. */
  readonly folder: string
  readonly scratch: string
  /** PEM with the whole chain, and its key. */
  readonly certificate: string
  readonly key: string
  /** Where lines of access go, and messages of the server. */
  readonly accessLog: string
  readonly errorLog: string
  /** Where clients are sent that came without TLS; default: the name that they used. */
  readonly publicHost?: string
  /** Where the internal endpoints speak TLS (SERVICE_TLS_*): what the gateway shows them, and the name that their certificates have. */
  readonly internal?: { readonly ca: string; readonly certificate: string; readonly key: string; readonly name: string }
  /** CORS_ORIGINS: whose pages may read refusals of the gateway. */
  readonly origins: readonly string[]
  /** RATE_LIMIT_SCALE */
  readonly scale: number
  /** TRACE_SHARE: of the traces that begin at the gateway. */
  readonly traceShare: number
}

/** A copy of the API. */
export interface Copy {
  /** host:port of its public endpoints. */
  readonly public: string
  /** host:port of its internal ones: the gateway asks there who somebody is. */
  readonly internal: string
  /** A new copy gets a smaller share until it is warm. Default 1. */
  readonly weight?: number
}

/** The copies of each service, and those that serve all of them. A service without any is served by the latter. */
export type Copies = Readonly<Partial<Record<Upstream, readonly Copy[]>>> & { readonly every: readonly Copy[] }

export const IN_CONTAINERS: GatewaySettings = {
  https: '0.0.0.0:8443',
  http: '0.0.0.0:8080',
  status: '0.0.0.0:8081',
  folder: '/etc/scenor/gateway',
  scratch: '/tmp',
  certificate: '/etc/scenor/tls/gateway.pem',
  key: '/etc/scenor/tls/gateway.key',
  accessLog: '/dev/stdout',
  // A word of NGINX's: as a file it cannot be opened where it is a socket.
  errorLog: 'stderr',
  origins: [],
  scale: 1,
  traceShare: 1,
}
export const UPSTREAMS_OF_CONTAINERS: Copies = { every: [{ public: 'api:3000', internal: 'api:3001' }] }

/** Two years, in which browsers that were here once come by TLS alone. */
export const HSTS_S = 63_072_000

/** After one failure a copy is left alone for so long, seconds. */
const LEFT_ALONE_S = 2
/** Below the 65 s after which the API closes a connection that says nothing, so that nothing is written into a closing one. */
const KEPT_S = 50

const upstream = (name: string, servers: readonly { at: string; weight: number }[]): string =>
  [
    `upstream ${name} {`,
    `  zone ${name} 64k;`,
    ...servers.map(
      ({ at, weight }) =>
        `  server ${at}${weight === 1 ? '' : ` weight=${weight}`} max_fails=1 fail_timeout=${LEFT_ALONE_S}s;`,
    ),
    '  keepalive 64;',
    `  keepalive_timeout ${KEPT_S}s;`,
    '}',
  ].join('\n')

/** Who answers now: the only part that changes while the gateway runs (`nginx -s reload`). */
export function upstreamsFile(copies: Copies): string {
  const of = (name: Upstream) => (copies[name]?.length ? copies[name] : copies.every)
  const all = [...new Map([copies.every, ...UPSTREAMS.map(of)].flat().map((copy) => [copy.internal, copy])).values()]
  return `${[
    '# Made by cli/gateway.ts; do not edit.',
    ...UPSTREAMS.map((name) =>
      upstream(
        name,
        of(name).map(({ public: at, weight = 1 }) => ({ at, weight })),
      ),
    ),
    upstream(
      'verify',
      all.map(({ internal: at }) => ({ at, weight: 1 })),
    ),
  ].join('\n')}\n`
}
