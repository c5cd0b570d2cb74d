import type { z } from 'zod'
import { fail, type FieldError } from '../errors.ts'
import { pointerToken } from './body.ts'

const MAX_ERRORS = 20

/**
 * The parsed value, or 422 with a JSON Pointer to each wrong field: missing and unknown ones too.
 * @throws AppError validation.failed
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  return fail('validation.failed', { errors: parsed.error.issues.flatMap(fieldErrors).slice(0, MAX_ERRORS) })
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(pointerToken).join('')
  // One error for each unknown field, at the field itself.
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: path + pointerToken(key), message: 'is not a field of this request' }))
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0]
    if (deepest && deepest.path.length > 0)
      return fieldErrors({ ...deepest, path: [...issue.path, ...deepest.path] } as z.core.$ZodIssue)
  }
  return [{ path, message: issue.message }]
}
