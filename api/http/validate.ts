import { setImmediate } from 'node:timers/promises'
import type { z } from 'zod'
import { fail, type FieldError } from '../../errors/errors.ts'
import { asReason, type Reason } from '../../errors/reasons.ts'
import { boundsOf } from './bounds.ts'
import { faultsOf } from './faults.ts'
import { MAX_FINDINGS } from './findings.ts'
import { pointer } from './pointer.ts'

/**
 * The parsed value, or 422 with a JSON Pointer to each wrong field: missing and unknown ones too. What is cheap goes first: lengths and
 * counts, then what no value may hold, then the schema with all that it normalises and parses.
 * @throws AppError validation.failed with at most twenty findings
 */
export const validate = <S extends z.ZodType>(schema: S, sent: unknown): z.output<S> =>
  parsed(schema, screened(schema, sent))

/** The same for a value that may be a mebibyte: each step is some twenty milliseconds then, and others are answered in between. */
export async function validateInTurns<S extends z.ZodType>(schema: S, sent: unknown): Promise<z.output<S>> {
  await setImmediate()
  const screen = screened(schema, sent)
  await setImmediate()
  return parsed(schema, screen)
}

/** What passed the cheap steps; of what is too large only the beginning is left. */
interface Screened {
  readonly value: unknown
  readonly tooLarge: readonly FieldError[]
}

function screened(schema: z.ZodType, sent: unknown): Screened {
  const { value, errors, enough, tooLarge } = boundsOf(schema, sent)
  if (enough) refuse(errors)
  const faults = faultsOf(value)
  return faults.length > 0 ? refuse(faults, tooLarge) : { value, tooLarge }
}

function parsed<S extends z.ZodType>(schema: S, { value, tooLarge }: Screened): z.output<S> {
  const result = schema.safeParse(value, { error: reasonOf })
  if (!result.success) refuse(result.error.issues.slice(0, MAX_FINDINGS).flatMap(fieldErrors), tooLarge)
  return tooLarge.length > 0 ? refuse(tooLarge) : (result.data as z.output<S>)
}

/** @param more where nothing else is said of the place */
function refuse(errors: readonly FieldError[], more: readonly FieldError[] = []): never {
  const told = new Set(errors.map(({ path }) => path))
  const all = [...errors, ...more.filter(({ path }) => !told.has(path))]
  return fail('validation.failed', { errors: all.slice(0, MAX_FINDINGS) })
}

/** Every issue's message is a reason here: the one that its schema names, else what `reasonOf` says of it. */
function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = pointer(issue.path)
  const reason = asReason(issue.message)
  // One error for each unknown field, at the field itself.
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pointer([...issue.path, key]), reason }))
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0]
    if (deepest && deepest.path.length > 0)
      return fieldErrors({ ...deepest, path: [...issue.path, ...deepest.path] } as z.core.$ZodIssue)
  }
  return [{ path, reason }]
}

type RawIssue = z.core.$ZodRawIssue

/** What zod's own issues mean where the schema names no reason. */
const REASON_OF: { readonly [Code in RawIssue['code']]: (issue: Extract<RawIssue, { code: Code }>) => Reason } = {
  invalid_type: ({ expected }) => asReason(`type_${expected}`),
  invalid_format: ({ format }) => asReason(`format_${format}`),
  invalid_value: ({ values }) => `${values.length === 1 ? 'only' : 'one_of'} ${values.map(String).join(', ')}`,
  too_small: ({ origin, minimum, inclusive }) => bound(inclusive === false ? 'above' : 'min', origin, minimum),
  too_big: ({ origin, maximum, inclusive }) => bound(inclusive === false ? 'below' : 'max', origin, maximum),
  not_multiple_of: ({ divisor }) => `multiple_of ${divisor}`,
  unrecognized_keys: () => 'unknown_field',
  invalid_key: () => 'unknown_field',
  invalid_element: () => 'invalid',
  invalid_union: () => 'invalid',
  custom: () => 'invalid',
}

const reasonOf = (issue: RawIssue): Reason =>
  issue.input === undefined ? 'required' : REASON_OF[issue.code](issue as never)

/** What is counted in a text or a list; a number is its own measure. */
const UNITS: Readonly<Record<string, string>> = { string: '_characters', array: '_entries' }

const bound = (side: string, origin: string, limit: number | bigint): Reason =>
  asReason(`${side}${UNITS[origin] ?? ''} ${limit}`)
