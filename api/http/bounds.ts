import { z } from 'zod'
import type { FieldError } from '../../errors/errors.ts'
import { asReason, type Reason } from '../../errors/reasons.ts'
import { Findings } from './findings.ts'

/**
 * A text may be longer than its field before it is trimmed and composed: a letter of NFC has at most four UTF-16 units of NFD
 * (U+1F82 and the like).
 */
const UNITS_PER_CHARACTER = 4
/** A whole script may be sent in parts half as fine: composing half a million units takes half of what a body may cost. */
const LONG = { characters: 5_000, unitsPerCharacter: 2 }

/** JSON Schema, as far as zod writes it for our bodies and queries. */
interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly propertyNames?: Schema
  readonly additionalProperties?: Schema | false
  readonly anyOf?: readonly Schema[]
  /** How many entries lists of that name have below here, all together. */
  readonly 'x-max-in-all'?: Readonly<Record<string, number>>
}

const known = new WeakMap<z.ZodType, Schema>()
function writtenOut(schema: z.ZodType): Schema {
  const before = known.get(schema)
  if (before) return before
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema
  known.set(schema, made)
  return made
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : value === undefined ? 'nothing' : typeof value

/** Lists of a name that are counted together, from a place on. */
interface Count {
  readonly path: string
  readonly limits: Readonly<Record<string, number>>
  readonly left: Record<string, number>
}

/** What was seen. */
interface Seen {
  /** Twenty findings: a longer look is of no use to anybody. */
  readonly enough: boolean
  readonly errors: readonly FieldError[]
  /** Those of them that are too large; of what they are about only the beginning is left. */
  readonly tooLarge: readonly FieldError[]
  readonly value: unknown
}

/**
 * What is cheap to see of a value before anything is normalised or parsed: types, lengths in UTF-16 units, counts, names, from the schema
 * itself. It ends after twenty findings: half a million wrong entries are not looked at. What is too large is cut to just above its bound,
 * in place: later steps say of it what they say, and take no time for the rest.
 */
export function boundsOf(schema: z.ZodType, root: unknown): Seen {
  const found = new Findings()
  const whole = writtenOut(schema)
  const tooLarge: FieldError[] = []
  const counts: Count[] = []

  const exceed = (reason: Reason, path = found.here()): void => {
    found.addAt(path, reason)
    tooLarge.push({ path, reason })
  }

  /** Gives what is left of the value. */
  const look = (asked: Schema, value: unknown): unknown => {
    const part = asked.$ref ? whole.$defs?.[asked.$ref.split('/').at(-1)!] : asked
    if (!part || found.full) return value
    if (part.anyOf) {
      const others = part.anyOf.filter(({ type }) => type !== 'null')
      const isNull = value === null && others.length < part.anyOf.length
      // Where there are several, nobody knows which one was meant.
      return isNull || others.length !== 1 ? value : look(others[0]!, value)
    }
    const type = part.type === 'integer' ? 'number' : part.type
    const allowed = part.enum ?? ('const' in part ? [part.const] : undefined)
    if (type !== undefined && typeOf(value) !== type) found.add(asReason(`type_${type}`))
    else if (allowed && !allowed.includes(value))
      found.add(`${allowed.length === 1 ? 'only' : 'one_of'} ${allowed.map(String).join(', ')}`)
    else return lookInto(part, value)
    return value
  }

  const lookInto = (part: Schema, value: unknown): unknown => {
    if (typeof value === 'string') return lookAtText(part, value)
    if (typeof value !== 'object' || value === null) return value
    const limits = part['x-max-in-all']
    if (limits) counts.push({ path: found.here(), limits, left: { ...limits } })
    const left = Array.isArray(value) ? lookAtList(part, value) : lookAtObject(part, value as Record<string, unknown>)
    if (limits) counts.pop()
    return left
  }

  const lookAtText = ({ maxLength }: Schema, value: string): string => {
    if (maxLength === undefined || value.length <= maxLength) return value
    const each = maxLength > LONG.characters ? LONG.unitsPerCharacter : UNITS_PER_CHARACTER
    if (value.length <= maxLength * each) return value
    exceed(`max_characters ${maxLength}`)
    return value.slice(0, maxLength)
  }

  const lookAtList = ({ maxItems, items }: Schema, value: unknown[]): unknown[] => {
    if (maxItems !== undefined && value.length > maxItems) {
      exceed(`max_entries ${maxItems}`)
      value.length = maxItems + 1
      return value
    }
    const name = String(found.path.at(-1))
    for (const { path, left, limits } of counts) {
      if (left[name] === undefined) continue
      left[name] -= value.length
      if (left[name] >= 0) continue
      exceed(asReason(`max_${name} ${limits[name]}`), path)
      return []
    }
    if (items)
      for (let i = 0; i < value.length && !found.full; i++) value[i] = found.within(i, () => look(items, value[i]))
    return value
  }

  const lookAtObject = (part: Schema, value: Record<string, unknown>): Record<string, unknown> => {
    const { properties = {}, required = [], additionalProperties, propertyNames } = part
    for (const key of Object.keys(value)) {
      if (found.full) return value
      const field = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
      if (field === false || (propertyNames?.enum && !propertyNames.enum.includes(key))) found.add('unknown_field', key)
      // Not `__proto__`, which would be set and not be a field: it is refused in a moment.
      else if (field && key !== '__proto__') value[key] = found.within(key, () => look(field, value[key]))
    }
    for (const key of required) if (!Object.hasOwn(value, key)) found.add('required', key)
    return value
  }

  const value = look(whole, root)
  return { enough: found.full, errors: found.errors, tooLarge, value }
}
