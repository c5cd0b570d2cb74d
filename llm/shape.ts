import { z } from 'zod'
import { keyFor, memberFor, TEXT_KEYS } from './shape-words.ts'

/** A JSON schema as zod writes it, as far as it is looked at here. */
interface Node {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly properties?: Properties
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly default?: unknown
}
type Properties = Readonly<Record<string, Node>>
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined

/**
 * An answer in the shape that was asked for, where a person would see what is meant: `"5 s"` for 5, `VO` for `vo`, null or nothing for an
 * empty text, one thing for a list of one, an object around the answer or an answer without the object around it. What cannot be
 * understood stays as it is, for the schema's own check to find.
 * @param value parsed JSON, untrusted
 */
export const fitShape = (schema: z.ZodObject, value: unknown): unknown => fit(nodeOf(schema), value)

const NODES = new WeakMap<z.ZodObject, Node>()
function nodeOf(schema: z.ZodObject): Node {
  const node = NODES.get(schema) ?? (z.toJSONSchema(schema, { reused: 'inline', io: 'input' }) as Node)
  NODES.set(schema, node)
  return node
}

function fit(node: Node, value: unknown): unknown {
  if (typeof node.type === 'object') return fit({ anyOf: node.type.map((type) => ({ ...node, type })) }, value)
  if (node.anyOf) return fitNullable(node, value)
  if (node.enum) return fitEnum(node, value)
  switch (node.type) {
    case 'object':
      return fitObject(node, value)
    case 'array':
      return fitList(node.items ?? {}, value)
    case 'string':
      return fitText(value)
    case 'number':
    case 'integer':
      return fitNumber(value)
    default:
      return value
  }
}

function fitNullable({ anyOf = [] }: Node, value: unknown): unknown {
  const other = anyOf.find((n) => n.type !== 'null')
  const none = isNothing(value) || (typeof value === 'string' && /^(null|none|нет)?$/i.test(value))
  return none || !other ? null : fit(other, value)
}

function fitEnum({ enum: members = [], default: usual }: Node, value: unknown): unknown {
  if (members.includes(value)) return value
  const meant = typeof value === 'string' ? memberFor(members, value) : undefined
  // What nobody understands is what the schema falls back to, else what comes first: not a reason to throw the whole away.
  return meant ?? usual ?? members[0]
}

function fitText(value: unknown): unknown {
  if (isNothing(value)) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.every((v) => typeof v === 'string') ? value.join(' ') : value
  if (!isObject(value)) return value
  const key = TEXT_KEYS.find((k) => typeof value[k] === 'string')
  return key === undefined ? (Object.values(value).find((v) => typeof v === 'string') ?? value) : value[key]
}

const CLOCK = /(\d{1,2}):(\d{2})/g
/** `"5"`, `"5,5 с"`, `"~5 sec"`, `"0:05"`, `"0:05-0:12"`, `"5000 ms"`, `{"value": 5}`. */
function fitNumber(value: unknown): unknown {
  if (isNothing(value)) return 0
  if (isObject(value))
    return (
      Object.values(value)
        .map(fitNumber)
        .find((v) => typeof v === 'number') ?? value
    )
  if (typeof value !== 'string') return value
  const [from, to] = [...value.matchAll(CLOCK)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
  if (from !== undefined) return to === undefined ? from : Math.max(0, to - from)
  const found = /-?\d+(?:[.,]\d+)?/.exec(value)?.[0]
  if (found === undefined) return value
  return Number(found.replace(',', '.')) / (/\d\s*(?:ms|мс)/i.test(value) ? 1000 : 1)
}

function fitList(items: Node, value: unknown): unknown[] {
  return listOf(items, opened(value))
    .filter((v) => !isNothing(v) && v !== '')
    .flatMap((v) => (Array.isArray(v) && items.type !== 'array' ? (v as unknown[]) : [v]))
    .flatMap((v) => byKinds(items, v))
    .map((v) => fit(items, v))
}

function listOf(items: Node, value: unknown): readonly unknown[] {
  if (isNothing(value) || value === '') return []
  if (Array.isArray(value)) return value
  if (typeof value === 'string' && items.type === 'string') return linesOf(value)
  if (!isObject(value)) return [value]
  const keys = Object.keys(value)
  // `{"1": …, "2": …}` and `{"scene_1": …}`: a list whose places became names.
  if (keys.length > 0 && keys.every((key) => /^[\p{L}_ ]*\d+$/u.test(key))) return Object.values(value)
  const [only] = Object.values(value)
  return keys.length === 1 && Array.isArray(only) && knownIn(items.properties ?? {}, value) === 0 ? only : [value]
}

/** The lines of a text without their numbers and dashes. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\d+[.)]|[-–—•*])\s+/, '').trim())
    .filter(Boolean)

/** `{"vo": "…", "music": "…"}` where things of these kinds were due: one for each. */
function byKinds({ properties = {} }: Node, value: unknown): unknown[] {
  const [kind, node] = Object.entries(properties).find(([, { enum: members }]) => members) ?? []
  if (!kind || !node?.enum || !isObject(value) || knownIn(properties, value) > 0) return [value]
  const entries = Object.entries(value).map(([key, inner]) => [memberFor(node.enum!, key), inner] as const)
  if (entries.length === 0 || entries.some(([member]) => member === undefined)) return [value]
  const text = TEXT_KEYS.find((key) => properties[key]?.type === 'string') ?? 'text'
  return entries.map(([member, inner]) => ({ ...(isObject(inner) ? inner : { [text]: inner }), [kind]: member }))
}

function fitObject(node: Node, value: unknown): unknown {
  const properties = node.properties ?? {}
  const names = Object.keys(properties)
  const read = asObject(properties, opened(value))
  if (!read) return value
  const found = unwrapped(properties, read, 3)
  return Object.fromEntries(
    names.map((name) => {
      const part = found[keyFor(name, names, found)]
      // The one thing of a list, in the place of the list: a row whose parts stand in its scene.
      const stands = isNothing(part) && looksLike(properties[name]!.items, found)
      return [name, fit(properties[name]!, stands ? [found] : part)]
    }),
  )
}

/** JSON within JSON. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

/** How many of the fields an object has. */
const knownIn = (properties: Properties, value: Json): number => {
  const names = Object.keys(properties)
  return names.filter((name) => keyFor(name, names, value) in value).length
}
const looksLike = (node: Node | undefined, value: unknown): boolean => {
  const count = Object.keys(node?.properties ?? {}).length
  return count > 0 && isObject(value) && knownIn(node!.properties!, value) >= Math.min(2, count)
}

/** What stands in the place of an object as one. */
function asObject(properties: Properties, value: unknown): Json | undefined {
  const [name, second] = Object.keys(properties)
  if (name !== undefined && second === undefined) return asOnly(name, properties[name]!, value)
  if (isObject(value)) return value
  if (Array.isArray(value)) return asHolder(properties, value) ?? asObject(properties, value[0])
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const key = TEXT_KEYS.find((k) => properties[k]?.type === 'string')
  return key === undefined ? undefined : { [key]: value }
}

/** A list where the object around it was due: the rows of a scene. */
function asHolder(properties: Properties, list: readonly unknown[]): Json | undefined {
  const held = Object.keys(properties).find((name) => looksLike(properties[name]!.items, list[0]))
  return held === undefined ? undefined : { [held]: list }
}

/** The one part that was asked for: by its name, by another, without any, within others. */
function asOnly(name: string, part: Node, value: unknown, depth = 3): Json | undefined {
  if (isObject(value) && keyFor(name, [name], value) in value) return value
  if (part.type === 'array' && part.items?.type === 'string') return asTexts(name, value, depth)
  const inner = part.type === 'array' ? part.items : part
  const asPart = (found: unknown): Json => ({ [name]: found })
  if (Array.isArray(value)) {
    const list = (value as unknown[]).flat()
    if (looksLike(inner, list[0])) return asPart(part.type === 'array' ? list : list[0])
    const holder = asHolder(inner?.properties ?? {}, list)
    return holder ? asPart(holder) : asWithin(name, part, list, depth)
  }
  if (!isObject(value)) return undefined
  if (looksLike(inner, value)) return asPart(value)
  const holds = Object.entries(inner?.properties ?? {}).find(
    ([held, { items }]) => looksLike(items, value) || looksLike(items, firstOf(value[held])),
  )
  if (holds) return asPart(holds[0] in value ? value : { [holds[0]]: [value] })
  return asWithin(name, part, Object.values(value).map(opened), depth)
}
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

/** The first of these that has it. */
function asWithin(name: string, part: Node, values: readonly unknown[], depth: number): Json | undefined {
  if (depth === 0) return undefined
  for (const value of values) {
    const found = typeof value === 'object' ? asOnly(name, part, value, depth - 1) : undefined
    if (found) return found
  }
  return undefined
}

/** A list of texts: the first that there is, else texts by their numbers. */
function asTexts(name: string, value: unknown, depth: number): Json | undefined {
  if (Array.isArray(value) || typeof value === 'string') return { [name]: value }
  if (!isObject(value)) return undefined
  const values = Object.values(value)
  const list = values.find(Array.isArray)
  if (list) return { [name]: list }
  const within =
    depth > 0 ? values.map((v) => isObject(v) && asOnly(name, LIST_OF_TEXTS, v, depth - 1)).find(Boolean) : undefined
  return within || (values.every((v) => typeof v === 'string') ? { [name]: values } : undefined)
}
const LIST_OF_TEXTS: Node = { type: 'array', items: { type: 'string' } }

/** `{script: {…}}`: the object within that has more of the fields than the one around it. */
function unwrapped(properties: Properties, value: Json, depth: number): Json {
  if (depth === 0 || knownIn(properties, value) > 1) return value
  const inner = Object.values(value)
    .map(opened)
    .filter(isObject)
    .map((v) => unwrapped(properties, v, depth - 1))
    .toSorted((a, b) => knownIn(properties, b) - knownIn(properties, a))[0]
  return inner && knownIn(properties, inner) > knownIn(properties, value) ? inner : value
}
