import { describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import type { ApiDeps } from '../../../api/context.ts'
import { allRoutes } from '../../../api/routes/index.ts'
import { NO_KEYS } from '../../support/key-rings.ts'
import { loadConfig } from '../../../config.ts'
import { asReason, reasonText, REASONS } from '../../../errors/reasons.ts'

/** What zod keeps of a schema or a check: its type, format, parts, and what it says when it refuses. */
interface Def {
  readonly type?: string
  readonly format?: string
  readonly error?: (issue: object) => string
}

/** A schema with all that it is made of. */
function defsOf(schema: z.ZodType): Def[] {
  const defs = new Set<Def>()
  const seen = new Set<object>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    const def = (value as { _zod?: { def: Def } })._zod?.def
    if (def) defs.add(def)
    Object.values(def ?? value).forEach(visit)
  }
  visit(schema)
  return [...defs]
}

// Routes are data: they are read here, and none is called.
const deps = { config: loadConfig({}), databases: {}, keys: NO_KEYS }
const defs = allRoutes(deps as unknown as ApiDeps)
  .flatMap(({ body, query }) => [body, query])
  .flatMap((schema) => (schema ? defsOf(schema) : []))

/** They refuse nothing by their type: what they hold does, their values, a refinement, or the unknown fields of an object. */
const TYPELESS = [
  'optional',
  'nullable',
  'default',
  'pipe',
  'transform',
  'unknown',
  'enum',
  'literal',
  'custom',
  'never',
]

describe('what the schemas of bodies and queries say', () => {
  test('is a reason of the table wherever they name one', () => {
    const said = defs.flatMap(({ error }) => error?.({}) ?? [])
    expect(said.length).toBeGreaterThan(50)
    expect(said.filter((message) => asReason(message) !== message)).toEqual([])
  })

  test('has a text for every type and format', () => {
    const types = defs.flatMap(({ type = 'optional' }) => (TYPELESS.includes(type) ? [] : `type_${type}`))
    const formats = defs.flatMap(({ format, error }) => (!format || error ? [] : `format_${format}`))
    // In its issues zod calls a whole number a type.
    const refusing = new Set([...types, ...formats].map((name) => (name === 'format_safeint' ? 'type_int' : name)))
    expect([...refusing]).toEqual(expect.arrayContaining(['type_string', 'type_record', 'type_int', 'format_uuid']))
    expect([...refusing].filter((name) => !Object.hasOwn(REASONS, name))).toEqual([])
  })
})

test('every reason has a parameter in both languages or in none, and Russian words in the Russian text', () => {
  for (const [name, [en, ru]] of Object.entries(REASONS)) {
    expect([name, ru.includes('#')]).toEqual([name, en.includes('#')])
    expect(ru).toMatch(/[а-яё]/)
    expect(en).not.toMatch(/[а-яё]/i)
  }
})

test.each([
  [1, 'знака', 'character'],
  [2, 'знаков', 'characters'],
  [11, 'знаков', 'characters'],
  [21, 'знака', 'characters'],
  [8_000, 'знаков', 'characters'],
])('words agree with %d', (n, ru, en) => {
  expect(reasonText(`max_characters ${n}`, 'ru')).toBe(`не больше ${n} ${ru}`)
  expect(reasonText(`max_characters ${n}`, 'en')).toBe(`must have at most ${n} ${en}`)
})

test.each(['must be nice', 'email now', 'max_characters', '__proto__', ''])('%j is no reason', (said) => {
  expect(asReason(said)).toBe('invalid')
})
