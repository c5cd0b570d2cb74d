import { z } from 'zod'

/** JSON Schema as strict structured output takes it. */
export type JsonSchema = { readonly [key: string]: unknown }

/** Keywords that strict mode refuses or that providers treat differently; the bounds are checked after the answer. */
const REFUSED = new Set([
  '$schema',
  'minLength',
  'maxLength',
  'format',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'default',
])

function adapt(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(adapt)
  if (typeof node !== 'object' || node === null) return node
  const adapted: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties')
      adapted[key] = Object.fromEntries(Object.entries(value as object).map(([name, schema]) => [name, adapt(schema)]))
    else if (!REFUSED.has(key)) adapted[key] = adapt(value)
  }
  if (adapted.type === 'object') {
    adapted.additionalProperties = false
    adapted.required = Object.keys((adapted.properties ?? {}) as object)
  }
  return adapted
}

/**
 * The JSON schema of a zod object for `response_format` with `strict: true` (OpenAI, "Structured outputs"): closed objects,
 * every property required, no keywords that strict mode refuses. Sub-schemas are written out, not referenced: some
 * compatible servers do not resolve `$ref`.
 */
export function strictSchema(schema: z.ZodObject): JsonSchema {
  const made = MADE.get(schema) ?? (adapt(z.toJSONSchema(schema, { reused: 'inline', io: 'input' })) as JsonSchema)
  MADE.set(schema, made)
  return made
}

/** There is a handful of schemas, and each model call asks for one: 2 ms each time. */
const MADE = new WeakMap<z.ZodObject, JsonSchema>()
