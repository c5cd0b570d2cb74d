import { Agent, request } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { connectingWith, ownTls, type OwnTls, type ServiceTls } from './own-tls.ts'

/** What another process is asked with; `fetch` is one. `internal/`, which stands beside this room, has the same as its port. */
type Transport = (
  url: string,
  question: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
    readonly redirect?: 'error'
    readonly signal: AbortSignal
  },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>

/** How this process asks others of the installation: over TLS where that is configured. */
export function transportOf(config: ServiceTls): Transport {
  const tls = ownTls(config)
  return tls ? tlsTransport(tls) : fetch
}

/** Questions over TLS with a certificate of one's own, of which Node's `fetch` takes none. Each connection reads the files anew. */
export function tlsTransport(tls: OwnTls): Transport {
  // One that stands is used again, with the certificate of before, until it has said nothing for so long.
  const agent = new Agent({ keepAlive: true, timeout: 30_000 })
  return async (url, { method, headers, body, signal }) => {
    const sent = request(url, {
      method,
      agent,
      signal,
      ...connectingWith(tls),
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
    })
    // One that is given up while its answer comes tells the answer, and says it here once more: without a listener that ends the process.
    sent.on('error', () => {})
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const status = response.statusCode ?? 0
    const said = await text(response)
    return { status, ok: status >= 200 && status < 300, json: () => Promise.resolve(JSON.parse(said) as unknown) }
  }
}
