import type { z } from 'zod'
import { fail, type FieldError } from '../errors.ts'
import { asReason, type Reason } from '../field-reasons.ts'
import { pointerToken } from './body.ts'

const MAX_ERRORS = 20

/**
 * The parsed value, or 422 with a JSON Pointer to each wrong field: missing and unknown ones too.
 * @throws AppError validation.failed
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: reasonOf })
  if (parsed.success) return parsed.data
  return fail('validation.failed', { errors: parsed.error.issues.flatMap(fieldErrors).slice(0, MAX_ERRORS) })
}

/** Every issue's message is a reason here: the one that its schema names, else what `reasonOf` says of it. */
function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(pointerToken).join('')
  const reason = asReason(issue.message)
  // One error for each unknown field, at the field itself.
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: path + pointerToken(key), reason }))
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
