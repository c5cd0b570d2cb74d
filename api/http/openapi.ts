import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../errors/errors.ts'
import { needsCaller, type DeclaredError, type Route } from './route.ts'

type Json = Record<string, unknown>

/** Codes that any route with that property may answer. */
const impliedErrors = (route: Route): DeclaredError[] => [
  ...(route.auth === 'none' ? [] : (['auth.required', 'auth.token_rejected'] as const)),
  ...(route.auth === 'admin' ? (['access.denied'] as const) : []),
  ...(route.body
    ? (['request.malformed', 'request.too_large', 'request.unsupported_media_type', 'validation.failed'] as const)
    : []),
  ...(route.query ? (['validation.failed'] as const) : []),
  ...(route.params ? [route.missing] : []),
  ...(route.limits.length > 0 ? (['rate.limited'] as const) : []),
  ...(route.idempotent ? (['validation.failed', 'idempotency.key_reused', 'idempotency.in_progress'] as const) : []),
  ...(route.stream ? (['stream.id_gone', 'rate.limited', 'auth.token_rejected'] as const) : []),
  ...(route.signed ? ([['auth.token_invalid', 401]] as const) : []),
  'service.unavailable',
  'internal.error',
]

/** The OpenAPI 3.1 document of these routes: the same objects that serve them. */
export function document(routes: readonly Route[], version: string): Json {
  const components: Json = { Problem: problemSchema() }
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    ;(paths[`${route.base}${route.path}`] ??= {})[route.method] = operation(route, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Scenor',
      version,
      description: 'A short brief becomes a video script that is edited, versioned, exported and shared.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components,
      headers: HEADERS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

/** A page at the root may have the path of what it shows: generated clients need a name for each. */
const operationId = ({ method, path, base, mediaType, files }: Route): string =>
  method +
  path.replace(/[/{}._-]+(\w?)/g, (_, c: string) => c.toUpperCase()) +
  (base === '' && (mediaType === 'text/html' || files?.['text/html']) ? 'Page' : '')

function operation(route: Route, components: Json): Json {
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    ...(route.auth !== 'none' && { security: needsCaller(route.auth) ? [{ bearer: [] }] : [{}, { bearer: [] }] }),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...signedBy(route),
      ...requestHeaders(route),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(route.body, 'input', components) } },
      },
    }),
    responses: merged(successes(route, components), refusals(route)),
  }
}

/** A status may be both: readiness answers 503 with its checks, and with a problem when it cannot answer at all. */
function merged(answers: Json, problems: Json): Json {
  const both = Object.entries(answers).map(([status, answer]) => {
    const { content, ...told } = answer as Json & { content?: Json }
    const problem = problems[status] as (Json & { content: Json }) | undefined
    return [status, { ...told, ...problem, ...(content && { content: { ...content, ...problem?.content } }) }]
  })
  return { ...problems, ...Object.fromEntries(both) }
}

/** In place of a token. */
const signedBy = (route: Route): Json[] =>
  route.signed ? [{ name: 'link', in: 'query', description: 'A signed link has it', schema: { type: 'string' } }] : []

const text = { schema: { type: 'string' } }

function requestHeaders(route: Route): Json[] {
  const named = {
    'Idempotency-Key': route.idempotent && { type: 'string', minLength: 1, maxLength: 255 },
    'X-Session-Mode': route.sessionMode && { type: 'string', enum: ['bearer', 'cookie'], default: 'bearer' },
    'X-Device-Token': route.knowsDevice && { type: 'string', pattern: '^[\\w-]{43}$' },
    'If-None-Match': isConditional(route) && text.schema,
    'If-Match': route.errors.includes('precondition.required') && text.schema,
    'Last-Event-ID': route.stream === true && text.schema,
  }
  return Object.entries(named).flatMap(([name, schema]) => (schema ? [{ name, in: 'header', schema }] : []))
}

const isConditional = ({ method, etag }: Route): boolean => method === 'get' && etag === true

function successes(route: Route, components: Json): Json {
  const answers = Object.entries(route.responses).map(([status, schema]) => {
    const headers = {
      ...(route.etag && { ETag: text }),
      ...((route.sessionMode || route.knowsDevice) && { 'Set-Cookie': text }),
      ...(route.knowsDevice && { 'X-Device-Token': text }),
      ...((status === '201' || (status === '202' && schema)) && { Location: text }),
      ...((route.polled || (status === '202' && schema)) && { 'Retry-After': text }),
      ...(route.limits.length > 0 && RATE_LIMITS),
    }
    return [
      status,
      {
        description: status === '202' ? 'accepted' : 'done',
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(schema && { content: contents(route, schema, components) }),
      },
    ]
  })
  const unchanged = { description: 'it is still what If-None-Match names', headers: { ETag: text } }
  return { ...Object.fromEntries(answers), ...(isConditional(route) && { 304: unchanged }) }
}

/** What is left of the limits of a route (IETF draft `ratelimit-headers`). */
const RATE_LIMITS = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
}

/** Headers that come with a refusal of that status, beside those of every refusal. */
const REFUSAL_HEADERS: Record<number, Json> = {
  401: { 'WWW-Authenticate': text },
  412: { ETag: text },
  429: { 'Retry-After': text, ...RATE_LIMITS },
  503: { 'Retry-After': text },
}
const SHOULD_RETRY = { 'X-Should-Retry': { $ref: '#/components/headers/ShouldRetry' } }

const HEADERS = {
  ShouldRetry: {
    description: 'whether the same request may succeed later',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  RateLimit: { description: 'what is left of each limit, and in how many seconds it is whole again', ...text },
  RateLimitPolicy: { description: 'how often (`q`) within how many seconds (`w`)', ...text },
}

const contents = ({ files, mediaType = 'application/json' }: Route, schema: z.ZodType, components: Json): Json =>
  Object.fromEntries(
    Object.entries(files ?? { [mediaType]: schema }).map(([type, holds]) => [
      type,
      { schema: schemaOf(holds, files ? 'input' : 'output', components) },
    ]),
  )

/** Every refusal of a route: code and status, each pair once. */
export function declaredErrors(route: Route): (readonly [code: ErrorCode, status: number])[] {
  const pairs = [...impliedErrors(route), ...route.errors].map((declared) =>
    typeof declared === 'string' ? ([declared, ERRORS[declared][0]] as const) : declared,
  )
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()]
}

function refusals(route: Route): Json {
  const byStatus = Map.groupBy(declaredErrors(route), ([, status]) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      String(status),
      {
        description: same.map(([code]) => `\`${code}\`: ${ERRORS[code][1]}`).join('; '),
        headers: {
          ...SHOULD_RETRY,
          ...REFUSAL_HEADERS[status],
          ...(same.some(([code]) => code === 'idempotency.in_progress') && { 'Retry-After': text }),
        },
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

/** Schemas with an id (`.meta({ id })`) become components; the rest stands where it is used. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $schema: _,
    $defs = {},
    ...json
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json }
  const relocate = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(relocate)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => {
        if (k === '$ref' && typeof v === 'string') return [k, v.replace('#/$defs/', '#/components/schemas/')]
        // The same, and what generators of clients get right: of a constant number some write what is no program.
        return k === 'const' ? ['enum', [v]] : [k, relocate(v)]
      }),
    )
  }
  for (const [id, definition] of Object.entries($defs)) components[id] = relocate(definition)
  // A schema with an id is a reference to its own definition here.
  return relocate(json) as Json
}

function problemSchema(): Json {
  const codes = Object.keys(ERRORS)
  return {
    type: 'object',
    description: 'RFC 9457. `code` is from a closed list and never changes; texts follow Accept-Language.',
    required: ['type', 'title', 'status', 'detail', 'code', 'request_id', 'source'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', enum: codes },
      request_id: { type: 'string' },
      source: {
        type: 'string',
        enum: ['api', 'operation', 'gateway'],
        description: 'who failed: this API, the operation that was waited for, or the gateway before it',
      },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'message'],
          properties: { path: { type: 'string', description: 'JSON Pointer' }, message: { type: 'string' } },
        },
      },
    },
  }
}
