import http from 'node:http'
import https from 'node:https'
import { AnswerError } from './failures.ts'

/**
 * More than any script, even when each token comes in an envelope of 250 bytes: a server that sends on and on is cut off instead of
 * filling the memory (bytes).
 */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** No connection in time. Looks like the system's own: it is an outage, not a slow answer. */
class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
  readonly code = 'ETIMEDOUT'
}

/** A connection that failed, in one shape wherever the error comes from: its code tells what to do. */
class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed'
  readonly code: string | undefined
  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message, { cause })
    this.code = cause.code
  }
}

async function* limited(incoming: http.IncomingMessage): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let received = 0
  for await (const chunk of incoming as AsyncIterable<Buffer<ArrayBuffer>>) {
    received += chunk.length
    // An answer that cannot be used, not an outage: it may have to be paid for, so that it is not asked for again and again.
    if (received > MAX_ANSWER_BYTES) throw new AnswerError('malformed', 'the answer is too large')
    yield chunk
  }
}

/**
 * `fetch` for one POST at a time over node:http. The built-in fetch gives up on headers and on silence in a body after 5
 * minutes, whatever time limit the call has (undici `headersTimeout`, `bodyTimeout`; changing them needs a package of its own),
 * and it follows redirects with the key. This one has no clock and follows nothing: `init.signal` is the only limit, and it
 * destroys the socket.
 */
export function createTransport({ connectMs = 10_000 }: { connectMs?: number } = {}): typeof fetch {
  // Idle sockets are unreferenced by the agent: they keep no process alive.
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) }
  return (input, init = {}) =>
    new Promise<Response>((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const { request } = url.protocol === 'https:' ? https : http
      const { signal, body } = init
      if (body !== undefined && body !== null && typeof body !== 'string') throw new TypeError('bodies are text')
      const outgoing = request(url, {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        agent: url.protocol === 'https:' ? agents['https:'] : agents['http:'],
        ...(signal ? { signal } : {}),
      })
      outgoing.on('error', (error) => reject(error.name === 'AbortError' ? error : new ConnectionFailed(error)))
      // A host that drops packets would cost the whole time of the call. A kept connection stands already.
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return
        const late = setTimeout(() => outgoing.destroy(new ConnectTimeout()), connectMs)
        const stands = url.protocol === 'https:' ? 'secureConnect' : 'connect'
        socket.once(stands, () => clearTimeout(late)).once('close', () => clearTimeout(late))
      })
      outgoing.on('response', (incoming) => {
        const headers = new Headers()
        for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2)
          headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!)
        const status = incoming.statusCode ?? 502
        const empty = status === 204 || status === 205 || status === 304
        if (empty) incoming.resume()
        resolve(new Response(empty ? null : ReadableStream.from(limited(incoming)), { status, headers }))
      })
      outgoing.end(body ?? undefined)
    })
}
