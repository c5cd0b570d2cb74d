/** `npm run docs:client`: writes client/routes.ts, the types of every route and the closed union of error codes, from the route table. */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { ApiDeps } from '../../api/context.ts'
import { declaredErrors } from '../../api/http/openapi.ts'
import type { Route } from '../../api/http/route.ts'
import { allRoutes } from '../../api/routes/index.ts'
import { loadConfig } from '../../config.ts'
import { ERRORS } from '../../errors/errors.ts'
import { NO_KEYS } from '../support/key-rings.ts'

export const WRITTEN = new URL('../../client/routes.ts', import.meta.url)

interface Schema {
  readonly $ref?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly type?: string | readonly string[]
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly description?: string
}

const CODES = Object.keys(ERRORS)
const PRIMITIVES: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}
const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
const nameOf = (key: string) => (/^\w+$/.test(key) ? key : literal(key))
const union = (types: readonly string[]) => [...new Set(types)].join(' | ')
const listOf = (type: string) =>
  / [|&] /.test(type) && !type.startsWith('{') ? `readonly (${type})[]` : `readonly ${type}[]`

/** The type of a JSON Schema, as it stands in a file indented by so much. */
function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!
  if (schema.enum) return schema.enum.length === CODES.length ? 'ErrorCode' : union(schema.enum.map(literal))
  if ('const' in schema) return literal(schema.const)
  const either = schema.anyOf ?? schema.oneOf
  if (either) return union(either.map((part) => typeOf(part, indent)))
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent)).join(' & ')
  if (schema.prefixItems) return `readonly [${schema.prefixItems.map((part) => typeOf(part, indent)).join(', ')}]`
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => typeOf({ ...schema, type }, indent)))
  if (schema.type === 'array') return listOf(typeOf(schema.items ?? {}, indent))
  if (schema.type === 'object') return objectOf(schema, indent)
  return PRIMITIVES[String(schema.type)] ?? 'unknown'
}

function objectOf({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  const entries = Object.entries(properties ?? {})
  if (entries.length === 0)
    return `Readonly<Record<string, ${typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown'}>>`
  const inner = `${indent}  `
  const lines = entries.map(([key, value]) => {
    const optional = required.includes(key) ? '' : '?'
    const note = value.description ? `${inner}/** ${value.description} */\n` : ''
    return `${note}${inner}readonly ${nameOf(key)}${optional}: ${typeOf(value, inner)}${optional && ' | undefined'}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

/** In a query everything is text: numbers and booleans may be given as what they are. */
const ofQuery = (schema: Schema): Schema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, value]) => [
      key,
      value.enum
        ? value.enum.includes('true')
          ? { anyOf: [{ type: 'boolean' }, value] }
          : value
        : { anyOf: [{ type: 'string' }, { type: 'number' }] },
    ]),
  ),
})

/** @throws Error when two schemas have the same name */
function createDefinitions() {
  const known = new Map<string, string>()
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Schema => {
    const { $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema
    for (const [name, definition] of Object.entries($defs)) {
      const text = typeOf(definition, '')
      if ((known.get(name) ?? text) !== text) throw new Error(`two schemas have the id ${name}`)
      known.set(name, text)
    }
    return rest
  }
  return { known, schemaOf }
}

type Definitions = ReturnType<typeof createDefinitions>

/** Routes at the root have two slashes: a page may have the path of what it shows. */
const keyOf = ({ method, base, path }: Route) => `${method.toUpperCase()} ${base === '' ? '/' : ''}${path}`

function inputOf({ params, query, body }: Route, { schemaOf }: Definitions): string {
  const parts = [
    params && ['params', ofQuery(schemaOf(params, 'input')), ''],
    query && ['query', ofQuery(schemaOf(query, 'input')), ''],
    body && ['body', schemaOf(body, 'input'), body.safeParse(undefined).success ? '?' : ''],
  ].filter((part) => part !== undefined) as [string, Schema, string][]
  if (parts.length === 0) return 'Record<never, never>'
  const lines = parts.map(([name, schema, may]) => {
    const optional = may || (name === 'query' && !schema.required?.length ? '?' : '')
    return `      readonly ${name}${optional}: ${typeOf(schema, '      ')}${optional && ' | undefined'}`
  })
  return `{\n${lines.join('\n')}\n    }`
}

function answerOf(
  { files, mediaType = 'application/json' }: Route,
  schema: z.ZodType | null,
  { schemaOf }: Definitions,
) {
  if (schema === null) return 'undefined'
  const held = files ?? { [mediaType]: schema }
  // Pages are for browsers that ask for one, streams for those who read them.
  const isJson = Object.keys(held).every((type) =>
    ['application/json', 'text/html', 'text/event-stream'].includes(type),
  )
  if (isJson && held['application/json'])
    return typeOf(schemaOf(held['application/json'], files ? 'input' : 'output'), '      ')
  const types = Object.entries(held).map(([type, holds]) =>
    type === 'application/json' ? typeOf(schemaOf(holds, files ? 'input' : 'output'), '      ') : 'Blob',
  )
  return union(types)
}

function textOf(route: Route, definitions: Definitions): string {
  const answers = Object.entries(route.responses).map(
    ([status, schema]) => `      readonly ${status}: ${answerOf(route, schema, definitions)}`,
  )
  const codes = union(declaredErrors(route).map(([code]) => literal(code)))
  return `  /** ${route.summary.split('; ')[0]} */
  '${keyOf(route)}': {
    readonly input: ${inputOf(route, definitions)}
    readonly answers: {
${answers.join('\n')}
    }
    readonly errors: ${codes}
  }`
}

/** The file for these routes. */
export function clientTypes(routes: readonly Route[]): string {
  const definitions = createDefinitions()
  const texts = routes.map((route) => textOf(route, definitions))
  const named = [...definitions.known].toSorted().map(([name, text]) => `export type ${name} = ${text}`)
  const once = routes.filter(({ idempotent }) => idempotent).map((route) => `  '${keyOf(route)}',`)
  return `// Written by \`npm run docs:client\` from the API's route table; do not edit.

/** Every code that the API refuses with. Codes never change once released. */
export type ErrorCode =
${CODES.map((code) => `  | '${code}'`).join('\n')}

${named.join('\n\n')}

/** Every route: what it takes, what it answers by status, which codes it refuses with. Two slashes: at the root, not below /api/v1. */
export interface Routes {
${texts.join('\n')}
}

/** What is done once for each \`Idempotency-Key\`. */
export const ONCE: ReadonlySet<string> = new Set([
${once.join('\n')}
])
`
}

/** The routes of all services. They are data: nothing is called. */
export function everyRoute(): Route[] {
  const deps = { config: loadConfig({}), databases: {}, keys: NO_KEYS }
  return allRoutes(deps as unknown as ApiDeps)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(WRITTEN, clientTypes(everyRoute()))
