import { SERVICES, type Service } from '../services.ts'

/** What copies stand for: a service, or all of them. */
type Stands = Service | 'every'
const nameOf = (name: Stands): string => `scenor-${name}`

/** A service of Traefik's that is made of Consul's catalogue, as routers of its other providers call it. */
export const inCatalogue = (name: Stands): string => `${nameOf(name)}@consulcatalog`

/** How Traefik treats the copies of a service, as its dynamic configuration has it. */
export const BALANCED = {
  healthCheck: { path: '/health/ready', interval: '1s', timeout: '1s' },
  responseForwarding: { flushInterval: '10ms' },
} as const

/**
 * What never reached a copy is sent to another one, and what a copy died of (Traefik then says 502 itself) too, unless it may have changed
 * something.
 */
export const RETRY = { attempts: 3, initialInterval: '20ms', status: ['502'] } as const

/**
 * What Traefik reads of a copy in Consul's catalogue: for which services it stands, how to look whether it is ready, and where its internal
 * endpoints are. Who reads no tags of Traefik's passes them over. There must be a router: without any Traefik makes one by itself, past all
 * rules.
 * @param verify the path of the endpoint that judges tokens
 */
export function traefikTags(
  served: readonly string[],
  { internalPort, verify }: { readonly internalPort: number; readonly verify: string },
): string[] {
  const stands: Stands[] = SERVICES.filter((service) => served.includes(service))
  if (stands.length === SERVICES.length) stands.push('every')
  return [
    'enable=true',
    ...stands.flatMap((name) =>
      Object.entries(BALANCED).flatMap(([part, settings]) =>
        Object.entries(settings).map(([key, is]) => `http.services.${nameOf(name)}.loadbalancer.${part}.${key}=${is}`),
      ),
    ),
    `http.services.scenor-internal.loadbalancer.server.port=${internalPort}`,
    ...Object.entries(RETRY).map(([key, is]) => `http.middlewares.scenor-again.retry.${key}=${String(is)}`),
    `http.routers.scenor-verify.rule=Path(\`${verify}\`)`,
    'http.routers.scenor-verify.entrypoints=verify',
    'http.routers.scenor-verify.middlewares=scenor-again',
    'http.routers.scenor-verify.service=scenor-internal',
  ].map((tag) => `traefik.${tag}`)
}
