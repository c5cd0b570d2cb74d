import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import { fail, type FieldError } from '../errors.ts'

/** Deeper JSON has no use here and costs every later step a recursion. */
const MAX_DEPTH = 32
/** As many wrong fields as a person can use. */
const MAX_ERRORS = 20

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON body. Faults are told in the order of the contract: 413, 415, 400, 422.
 * @param limit bytes
 * @throws AppError
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) fail('request.too_large')
  const typeFault = mediaTypeFault(request)
  // A body of another type that comes in chunks is read to its limit first: too large goes before the wrong type.
  if (typeFault && !request.headers['transfer-encoding']) fail('request.unsupported_media_type', { detail: typeFault })
  const bytes = await getRawBody(request, { limit, ...(announced > 0 && { length: announced }) }).catch(
    (error: { type?: string }) => {
      if (error.type === 'entity.too.large') fail('request.too_large')
      return fail('request.malformed', { cause: error })
    },
  )
  if (typeFault) fail('request.unsupported_media_type', { detail: typeFault })
  const value = parse(bytes)
  const faults = textFaults(value)
  if (faults.length > 0) fail('validation.failed', { errors: faults })
  return value
}

function mediaTypeFault({ headers }: IncomingMessage): string | undefined {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((p) => p.trim())
  if (type !== 'application/json') return 'Content-Type: application/json'
  const charset = parameters
    .find((p) => p.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') return 'charset=utf-8'
  const encoding = headers['content-encoding']
  return encoding !== undefined && encoding !== 'identity' ? 'Content-Encoding: identity' : undefined
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown
  } catch (cause) {
    // Not the parser's message: it quotes the body, which may hold a password.
    return fail('request.malformed', { cause: cause instanceof RangeError ? cause : undefined })
  }
}

/** One reference token of a JSON Pointer (RFC 6901 §3). */
export const pointerToken = (key: PropertyKey): string => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Strings and keys that Postgres or a client could not hold: NUL and lone surrogates; and nesting beyond all use. */
function textFaults(root: unknown): FieldError[] {
  const faults: FieldError[] = []
  const bad = (text: string) => text.includes('\0') || !text.isWellFormed()
  const walk = (value: unknown, path: string, depth: number): void => {
    if (faults.length >= MAX_ERRORS) return
    if (typeof value === 'string') {
      if (bad(value)) faults.push({ path, reason: 'unstorable_text' })
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) return void faults.push({ path: path.slice(0, 200), reason: `max_depth ${MAX_DEPTH}` })
      for (const [key, child] of Object.entries(value)) {
        if (bad(key)) faults.push({ path, reason: 'unstorable_name' })
        else walk(child, path + pointerToken(key), depth + 1)
      }
    }
  }
  walk(root, '', 0)
  return faults
}
