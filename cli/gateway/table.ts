import type { ApiDeps } from '../../api/context.ts'
import { LIMITS, type RequestLimit } from '../../api/auth/throttle.ts'
import { needsCaller, type Route } from '../../api/http/route.ts'
import { routesByService } from '../../api/routes/index.ts'
import { studioRoutes } from '../../api/routes/studio.ts'
import { systemRoutes } from '../../api/routes/system.ts'
import { loadConfig } from '../../config.ts'
import { SERVICES, type Service } from '../../services.ts'

/** Who answers a path: the processes of a service, or any process. */
export type Upstream = Service | 'every'
export const UPSTREAMS: readonly Upstream[] = ['every', ...SERVICES]

/** A path as the gateway lets it in. */
export interface GatewayPath {
  /** As the API's route has it, with its prefix: `/api/v1/scenarios/{id}`. */
  readonly path: string
  readonly methods: readonly string[]
  readonly upstream: Upstream
  /** Whether the gateway asks who it is first. What takes tickets, links or service tokens is judged by the API. */
  readonly verified: boolean
  readonly stream: boolean
  /** Of a body, bytes. */
  readonly maxBody: number
  /** What is counted, by method in upper case. */
  readonly limits: Readonly<Record<string, readonly RequestLimit[]>>
}

/** A bucket that gives back `perMinute` a minute. Never stricter than the API, which counts in windows: two may follow each other. */
export interface Bucket {
  readonly name: string
  readonly by: 'address' | 'person'
  readonly perMinute: number
  readonly burst: number
}

/** Of all requests together, above what one browser with a dozen tabs does: a flood ends here and not at a process. */
const FLOODS: readonly Bucket[] = [
  { name: 'all_address', by: 'address', perMinute: 6_000, burst: 400 },
  { name: 'all_person', by: 'person', perMinute: 3_000, burst: 200 },
]
/** Requests of one address at a time; many people may share one. */
export const AT_A_TIME = 256

/** NGINX knows no fraction of a request a minute. */
const SLOWEST_PER_MINUTE = 1

/** @param scale RATE_LIMIT_SCALE */
export function buckets(paths: readonly GatewayPath[], scale: number): Bucket[] {
  const used = new Set(paths.flatMap(({ limits }) => Object.values(limits).flat()))
  const own = [...used].toSorted().map((name): Bucket => {
    const { points, seconds } = LIMITS[name]
    const by = name.endsWith('_person') ? 'person' : 'address'
    return { name, by, perMinute: (points * 60) / seconds, burst: points * 2 }
  })
  return [...FLOODS, ...own].map(({ name, by, perMinute, burst }) => ({
    ...{ name, by },
    perMinute: Math.max(SLOWEST_PER_MINUTE, Math.ceil(perMinute * scale)),
    burst: Math.max(1, Math.ceil(burst * scale)),
  }))
}

/** Seconds until one more is let in, by what the slowest bucket of a route gives back. */
export const waitFor = (names: readonly string[], all: readonly Bucket[]): number =>
  Math.max(1, ...all.filter(({ name }) => names.includes(name)).map(({ perMinute }) => Math.ceil(60 / perMinute)))

/** Enough for routes that are only read, as data: no handler is called. */
const KEY = [{ id: 'none', secret: Buffer.alloc(32) }]
const NO_KEYS = {
  ...{ peppers: KEY, unsubscribe: KEY, idempotency: KEY, phoneCodes: KEY, limits: KEY, links: KEY },
  ...{ devPages: null, vapid: [{ public: '', private: '' }] },
}

/** Every path that the world may ask, one after the other as the API has them. Pages for developers are none. */
export function gatewayTable(): GatewayPath[] {
  const deps: ApiDeps = Object.assign(Object.create(null), { config: loadConfig({}), databases: {}, keys: NO_KEYS })
  const { every, ...ofServices } = routesByService(deps)
  const groups = { ...ofServices, every: [...every, ...systemRoutes(deps, []), ...studioRoutes(deps)] }
  return UPSTREAMS.flatMap((upstream) =>
    [...Map.groupBy(groups[upstream], ({ base, path }) => base + path)].map(([path, routes]) =>
      pathOf(path, upstream, routes),
    ),
  )
}

function pathOf(path: string, upstream: Upstream, routes: readonly Route[]): GatewayPath {
  return {
    ...{ path, upstream },
    methods: routes.map(({ method }) => method.toUpperCase()),
    verified: routes.every(
      ({ auth, stream, signed, services }) => needsCaller(auth) && !stream && !signed && !services,
    ),
    stream: routes.some(({ stream }) => stream),
    maxBody: Math.max(...routes.map(({ bodyLimits }) => bodyLimits.bytes)),
    limits: Object.fromEntries(routes.map(({ method, limits }) => [method.toUpperCase(), limits])),
  }
}
