import { randomUUID } from 'node:crypto'
import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../errors.ts'
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
 * @returns the drain: no new connections, requests at work finish, idle connections close
 */
export async function listen(server: Server, port: number, host: string): Promise<() => Promise<void>> {
  server.on('clientError', refuse)
  // `Expect` with anything but 100-continue: carry on as if it had not been said.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return () =>
    new Promise((resolve) => {
      // A connection that was at work when the drain began falls idle later, and would be kept for `keepAliveTimeout` then.
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      server.close(() => {
        clearInterval(idle)
        resolve()
      })
    })
}

const STATUS_LINES = { 'request.timeout': '408 Request Timeout', 'request.malformed': '400 Bad Request' } as const

function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request.timeout' : 'request.malformed'
  const requestId = randomUUID()
  const body = JSON.stringify(problemOf(new AppError(code), 'en', requestId))
  socket.end(
    [
      `HTTP/1.1 ${STATUS_LINES[code]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
