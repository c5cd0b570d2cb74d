/** Causes of causes that are told, and parts of an error that has several. */
const DEPTH = 5
const PARTS = 5

interface Described {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack_trace?: string
  readonly cause?: Described
}

/**
 * What a log says of an error: type, message, code, stack, and the same of its causes. Never its own fields: a database error carries
 * parameters in `detail`. What was thrown and is no `Error` (the SDK's core throws texts and plain objects, other realms have an `Error` of
 * their own) is told by its message; an object without one by the names of its fields, since nobody knows what is in them.
 */
export function describeError(thrown: unknown, depth = DEPTH): Described {
  if (typeof thrown !== 'object' || thrown === null)
    return { type: thrown === null ? 'null' : typeof thrown, message: String(thrown) }
  const { name, message, code, type, stack, cause, errors } = thrown as Record<string, unknown>
  if (typeof message !== 'string') return { type: 'object', message: `with ${Object.keys(thrown).join(', ')}` }
  // A connection that failed at each of its addresses says nothing itself.
  const parts = Array.isArray(errors) ? errors.slice(0, PARTS).map((part) => describeError(part, 0)) : []
  const said = [message, ...parts.map((part) => part.message)].filter(Boolean).join('; ')
  const known = code ?? parts.find((part) => part.code)?.code ?? type
  return {
    type: typeof name === 'string' ? name : 'Error',
    message: said,
    ...((typeof known === 'string' || typeof known === 'number') && { code: String(known) }),
    ...(typeof stack === 'string' && { stack_trace: stack }),
    ...(cause !== undefined && cause !== null && depth > 0 && { cause: describeError(cause, depth - 1) }),
  }
}
