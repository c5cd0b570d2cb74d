import net from 'node:net'
import { joinSockets } from './frozen-wire.ts'

/** A statement that a client had Postgres run. */
export interface Statement {
  readonly database: string
  /** Of its connection. */
  readonly connection: number
  /** As it was sent, in one line, without the comment before it. */
  readonly text: string
}

export interface StatementWire extends AsyncDisposable {
  /** host:port to connect to. */
  readonly address: string
  /** All so far, in the order in which they came. */
  readonly statements: readonly Statement[]
}

/** A TCP forwarder before Postgres that reads along what is asked of it, whichever driver asks and however it does. */
export async function startStatementWire(target: string): Promise<StatementWire> {
  const [host = '127.0.0.1', port] = target.split(':')
  const sockets = new Set<net.Socket>()
  const statements: Statement[] = []
  let connections = 0
  const server = net.createServer((near) => {
    const connection = ++connections
    const read = createReader((database, text) => statements.push({ database, connection, text: inOneLine(text) }))
    near.on('data', read)
    joinSockets(near, net.connect(Number(port), host), sockets)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    statements,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const inOneLine = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/^ ?(\/\*.*?\*\/)? ?/, '')
    .trimEnd()

const HEADER = 5
/** Request for TLS, in place of a version (protocol 3.0, "SSLRequest"). */
const TLS_WANTED = 80877103

/** Reads what one client says (Postgres' frontend messages, protocol 3.0), piece by piece. */
function createReader(ran: (database: string, text: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0)
  let database: string | undefined
  const parsed = new Map<string, string>()
  const bound = new Map<string, string>()
  const message = (type: string, body: Buffer) => {
    const [first = '', second = ''] = body.toString('utf8').split('\0', 2)
    if (type === 'Q') ran(database ?? '', first)
    if (type === 'P') parsed.set(first, second)
    if (type === 'B') bound.set(first, parsed.get(second) ?? '')
    if (type === 'E') ran(database ?? '', bound.get(first) ?? '')
  }
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    if (database === undefined) {
      if (rest.length < 8 || rest.length < rest.readInt32BE(0)) return
      const length = rest.readInt32BE(0)
      const words = rest.toString('utf8', 8, length).split('\0')
      if (rest.readInt32BE(4) !== TLS_WANTED) database = words[words.indexOf('database') + 1] ?? ''
      rest = rest.subarray(length)
    }
    while (rest.length >= HEADER && rest.length > rest.readInt32BE(1)) {
      const end = rest.readInt32BE(1) + 1
      message(String.fromCharCode(rest[0] ?? 0), rest.subarray(HEADER, end))
      rest = rest.subarray(end)
    }
  }
}
