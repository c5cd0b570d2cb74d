import { fail } from '../../errors/errors.ts'

/** Deeper JSON has no use here and costs every later step a recursion. */
const MAX_DEPTH = 32

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\,[]{}'].map((c) =>
  c.charCodeAt(0),
)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Counts before anything is made of them: a mebibyte of `{"a":{"b":0},…` takes the parser 90 ms, half a million zeros take every later
 * step as many turns.
 * @throws AppError validation.failed for more values or levels than there may be
 */
function refuseMany(bytes: Buffer, maxValues: number): void {
  let values = 1
  let depth = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      while (++i < bytes.length && bytes[i] !== QUOTE) if (bytes[i] === BACKSLASH) i++
    } else if (byte === COMMA) values++
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values++
      if (++depth > MAX_DEPTH) fail('validation.failed', { errors: [{ path: '', reason: `max_depth ${MAX_DEPTH}` }] })
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
    if (values > maxValues) fail('validation.failed', { errors: [{ path: '', reason: `max_values ${maxValues}` }] })
  }
}

/**
 * The value of a JSON text.
 * @param maxValues how many values it may have in all, lists and objects too
 * @throws AppError request.malformed; validation.failed for too many values or levels
 */
export function parseJson(bytes: Buffer, maxValues: number): unknown {
  refuseMany(bytes, maxValues)
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown
  } catch (cause) {
    // Not the parser's message: it quotes the body, which may hold a password.
    return fail('request.malformed', { cause: cause instanceof RangeError ? cause : undefined })
  }
}
