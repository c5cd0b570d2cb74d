import { randomUUID } from 'node:crypto'
import type { Server as TlsServer } from 'node:https'
import { STATUS_CODES, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError, type ErrorCode } from '../../errors/errors.ts'
import { problemOf } from './problem.ts'

/**
 * Limits against slow clients. Node looks for late connections only every 30 s by default; at 2 s the limits hold within that.
 * `keepAliveTimeout` is longer than a gateway's idle time (60 s), so that the gateway never writes into a closing connection.
 */
export const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
} satisfies ServerOptions

/**
 * Listens, and answers what is not even HTTP with a problem.
 * @param isEnding whether the process is told to stop: each answer is the last one of its connection then, so that a gateway keeps none
 *   that is closed in the moment that it sends a request, which it could not repeat if it changes something
 * @returns the drain: no new connections, requests at work finish, idle connections close
 */
export async function listen(
  server: Server | TlsServer,
  port: number,
  host: string,
  isEnding: () => boolean,
): Promise<() => Promise<void>> {
  server.on('clientError', refuse)
  server.prependListener('request', (_, response: ServerResponse) => {
    if (isEnding()) response.shouldKeepAlive = false
  })
  // Not before the request has been judged: whoever asks first sends no body that is refused for its size.
  server.on('checkContinue', (request, response) => {
    waiting.add(response)
    server.emit('request', request, response)
  })
  // `Expect` with anything but 100-continue: carry on as if it had not been said.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A browser opens connections that it may need; one that has not said anything would hold the drain to `headersTimeout`.
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  return () =>
    new Promise((resolve) => {
      // A connection that was at work when the drain began falls idle later, and would be kept for `keepAliveTimeout` then.
      const idle = setInterval(() => {
        server.closeIdleConnections()
        for (const socket of silent) if (socket.bytesRead === 0) socket.destroy()
      }, 50)
      server.close(() => {
        clearInterval(idle)
        resolve()
      })
    })
}

/** Answers whose clients wait to be told to send the body (`Expect: 100-continue`). */
const waiting = new WeakSet<ServerResponse>()

/** Tells a client that waits to send its body. */
export function goOn(response: ServerResponse): void {
  if (waiting.delete(response)) response.writeContinue()
}

/**
 * Whether a client still waits to be told to send its body. It never will be: the connection ends, since nobody knows whether a body comes.
 */
export const stillWaits = (response: ServerResponse): boolean => waiting.has(response)

/** What Node's parser gives up, by its code; all else is no HTTP. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
  HPE_HEADER_OVERFLOW: 'request.headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'request.too_large',
}

function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const refusal = new AppError(REFUSALS[error.code ?? ''] ?? 'request.malformed')
  const requestId = randomUUID()
  const body = JSON.stringify(problemOf(refusal, 'en', requestId))
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      `X-Request-Id: ${requestId}`,
      `X-Should-Retry: ${refusal.retryHelps}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
