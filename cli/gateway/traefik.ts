import { VERIFY_PATH, PERSON_HEADER } from '../../api/internal/verify.ts'
import { toYaml, type Yaml } from '../../monitoring/yaml.ts'
import { BALANCED, inCatalogue, RETRY } from '../../network/catalogue-tags.ts'
import { NEVER_OF_CLIENTS } from './nginx.ts'
import { HSTS_S, type Copies, type GatewaySettings } from './settings.ts'
import { AT_A_TIME, buckets, UPSTREAMS, type GatewayPath } from './table.ts'

/** Routers are asked by priority: a path without parameters goes before one with them, one of a method before that of all others. */
const PRIORITY = { literal: 200, pattern: 100, method: 50 }

const isPattern = ({ path }: GatewayPath): boolean => path.includes('{')
const matcher = (of: GatewayPath): string =>
  isPattern(of)
    ? `PathRegexp(\`^${of.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$\`)`
    : `Path(\`${of.path}\`)`

/** What holds for a request: one router for all paths with the same. */
interface Rule {
  readonly paths: readonly GatewayPath[]
  readonly method: string | null
  readonly limits: readonly string[]
}

function rules(paths: readonly GatewayPath[]): Rule[] {
  const each = paths.flatMap((of): Rule[] => [
    ...Object.entries(of.limits)
      .filter(([, limits]) => limits.length > 0)
      .map(([method, limits]) => ({ paths: [of], method, limits })),
    { paths: [of], method: null, limits: [] },
  ])
  const sameness = ({ paths: [of], method, limits }: Rule) =>
    JSON.stringify([of && [of.upstream, of.verified, of.stream, of.maxBody, isPattern(of)], method, limits])
  return [...Map.groupBy(each, sameness).values()].flatMap((same) => {
    const [first] = same
    return first ? [{ ...first, paths: same.flatMap((rule) => rule.paths) }] : []
  })
}

/**
 * The same door as `nginxFile`, as Traefik's dynamic configuration (file provider): paths of the table alone, tokens looked at by
 * `/verify`, limits, sizes, retries where nothing of a request was sent. Traefik looks at `/health/ready` by itself. Its own refusals are
 * plain text.
 * @param copies a catalogue: whom Consul lists (provider `consulCatalog`); copies say there what they stand for. Traefik then asks who
 * somebody is at an entry point of its own, `verify`, with that address (host:port)
 */
export function traefikFile(
  paths: readonly GatewayPath[],
  copies: Copies | { readonly catalogue: string },
  { certificate, key, scale }: Pick<GatewaySettings, 'certificate' | 'key' | 'scale'>,
): string {
  const all = buckets(paths, scale)
  const asked = 'catalogue' in copies ? copies.catalogue : copies.every[0]?.internal
  const limit = ({ by, perMinute, burst }: (typeof all)[number]): Yaml => ({
    rateLimit: {
      ...{ average: perMinute, period: '1m', burst },
      sourceCriterion:
        by === 'person' ? { requestHeaderName: PERSON_HEADER } : { ipStrategy: { depth: 0, ipv6Subnet: 64 } },
    },
  })
  const sizes = [...new Set(paths.map(({ maxBody }) => maxBody))]
  const middlewares: Record<string, Yaml> = {
    strip: { headers: { customRequestHeaders: Object.fromEntries(NEVER_OF_CLIENTS.map((name) => [name, ''])) } },
    hsts: { headers: { stsSeconds: HSTS_S, stsIncludeSubdomains: true, forceSTSHeader: true } },
    verify: {
      forwardAuth: {
        address: `http://${asked}${VERIFY_PATH}`,
        trustForwardHeader: false,
        authRequestHeaders: ['Authorization', 'X-Request-Id', 'traceparent'],
        authResponseHeaders: [PERSON_HEADER],
        maxResponseBodySize: 65_536,
      },
    },
    // Who it is was for the limits: the API believes no header.
    nameless: { headers: { customRequestHeaders: { [PERSON_HEADER]: '' } } },
    again: { retry: RETRY },
    at_a_time: { inFlightReq: { amount: AT_A_TIME, sourceCriterion: { ipStrategy: { depth: 0, ipv6Subnet: 64 } } } },
    ...Object.fromEntries(sizes.map((bytes) => [`body_${bytes}`, { buffering: { maxRequestBodyBytes: bytes } }])),
    ...Object.fromEntries(all.map((bucket) => [bucket.name, limit(bucket)])),
  }
  const routers = rules(paths).map(({ paths: same, method, limits }, n): [string, Yaml] => {
    const [{ upstream, verified, stream, maxBody }] = same as [GatewayPath, ...GatewayPath[]]
    const any = same.map(matcher).join(' || ')
    // A buffer would hold events back.
    const size = stream ? [] : [`body_${maxBody}`]
    const person = all.filter(({ name, by }) => by === 'person' && (name === 'all_person' || limits.includes(name)))
    const address = all.filter(({ name, by }) => by === 'address' && (name === 'all_address' || limits.includes(name)))
    return [
      `r${n}_${upstream}`,
      {
        rule: method === null ? any : `Method(\`${method}\`) && (${any})`,
        priority:
          (same.some(isPattern) ? PRIORITY.pattern : PRIORITY.literal) + (method === null ? 0 : PRIORITY.method),
        service: 'catalogue' in copies ? inCatalogue(upstream) : upstream,
        entryPoints: ['websecure'],
        tls: {},
        middlewares: [
          ...['strip', 'hsts', 'at_a_time', ...address.map(({ name }) => name)],
          ...(verified ? ['verify', ...person.map(({ name }) => name), 'nameless'] : []),
          ...[...size, 'again'],
        ],
      },
    ]
  })
  return `# Made of the routes of the API by \`npm run docs:gateway -- --write\`; do not edit.\n${toYaml({
    tls: {
      certificates: [{ certFile: certificate, keyFile: key }],
      options: { default: { minVersion: 'VersionTLS12' } },
    },
    http: {
      ...{ routers: Object.fromEntries(routers), middlewares },
      ...('every' in copies && { services: servicesOf(copies) }),
    },
  })}`
}

const servicesOf = (copies: Copies): Record<string, Yaml> =>
  Object.fromEntries(
    UPSTREAMS.map((name): [string, Yaml] => {
      const of = copies[name]?.length ? copies[name] : copies.every
      return [name, { loadBalancer: { servers: of.map((copy) => ({ url: `http://${copy.public}` })), ...BALANCED } }]
    }),
  )
