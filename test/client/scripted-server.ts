import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One connection of a case in client/conformance.yaml. */
export interface Connection {
  readonly last_event_id?: string
  readonly wait?: boolean
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly send?: readonly string[]
  readonly by?: number
  readonly then?: 'end' | 'cut'
}

interface Asked {
  readonly last_event_id: string | undefined
  readonly wait: boolean
}

const piecesOf = ({ send = [], by }: Connection): Buffer[] => {
  const bytes = send.map((text) => Buffer.from(text))
  return by === undefined ? bytes : bytes.flatMap((piece) => [...piece].map((byte) => Buffer.from([byte])))
}
const written = (response: ServerResponse, piece: Buffer) =>
  new Promise<void>((resolve) => response.write(piece, () => setImmediate(resolve)))

async function play(connection: Connection, response: ServerResponse): Promise<void> {
  const { status = 200, headers, body, then = 'end' } = connection
  const type = body === undefined ? 'text/event-stream' : 'application/json'
  response.writeHead(status, { 'Content-Type': type, ...headers })
  if (status === 204 || body !== undefined) return void response.end(body)
  response.flushHeaders()
  for (const piece of piecesOf(connection)) await written(response, piece)
  if (then === 'cut') response.destroy()
  else response.end()
}

/** Plays the connections, one for each request, and writes down what was asked. */
export async function startScripted(connections: readonly Connection[]) {
  const asked: Asked[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    const header = request.headers['last-event-id'] as string | undefined
    const connection = connections[asked.length]
    asked.push({
      last_event_id: header ?? searchParams.get('last_event_id') ?? undefined,
      wait: searchParams.has('wait'),
    })
    if (connection) void play(connection, response)
    else response.writeHead(404).end()
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
