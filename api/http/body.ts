import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import { fail } from '../../errors/errors.ts'
import { parseJson } from './json.ts'

/** What a body may have at most. */
export interface BodyLimits {
  readonly bytes: number
  /** Values of all levels together. */
  readonly values: number
}

/**
 * Reads a JSON body. Faults are told in the order of the contract: 413, 415, 400, 422.
 * @param goOn said before the first byte is read: whoever asked (`Expect: 100-continue`) sends the body then, and no refused one
 * @throws AppError
 */
export async function readJson(request: IncomingMessage, limits: BodyLimits, goOn = () => {}): Promise<unknown> {
  const limit = limits.bytes
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) fail('request.too_large')
  const typeFault = mediaTypeFault(request)
  // A body of another type that comes in chunks is read to its limit first: too large goes before the wrong type.
  if (typeFault && !request.headers['transfer-encoding']) fail('request.unsupported_media_type', { detail: typeFault })
  goOn()
  const bytes = await getRawBody(request, { limit, ...(announced > 0 && { length: announced }) }).catch(
    (error: { type?: string }) => {
      if (error.type === 'entity.too.large') fail('request.too_large')
      return fail('request.malformed', { cause: error })
    },
  )
  if (typeFault) fail('request.unsupported_media_type', { detail: typeFault })
  return parseJson(bytes, limits.values)
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
