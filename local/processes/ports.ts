import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A port that a person chose by variable. */
export interface FixedPort {
  readonly variable: string
  readonly port: number
  readonly host?: string
}

const LOOPBACK = '127.0.0.1'

/** Somebody else has begun to listen there since the port was chosen. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken'

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} was taken by another process in this moment`, options)
  }
}

/** Ports tried for one server before it is said that none can be had. */
const MAX_PORTS = 4

/**
 * Starts a server on a port that nobody else has, and on another one when somebody was faster.
 * @param choose gives a free port, another one each time
 * @throws PortTaken after four in a row
 */
export async function onFreePort<T>(choose: () => Promise<number>, start: (port: number) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await start(await choose())
    } catch (error) {
      if (!(error instanceof PortTaken) || tried === MAX_PORTS) throw error
    }
  }
}

/** Can somebody listen there now? */
function isFree(port: number, host = LOOPBACK): Promise<boolean> {
  return listen(port, host).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return false
      throw error
    },
  )
}

/** The remembered port when it is still free, else any free one. */
export async function freePort(preferred: number | null = null): Promise<number> {
  if (preferred !== null && (await isFree(preferred))) return preferred
  return listen(0, LOOPBACK)
}

/** The port that this folder's server had the last time, while it is free; else the usual or any free one, remembered from now on. */
export async function rememberedPort(folder: string, usual: number | null = null): Promise<number> {
  const port = await freePort(readPort(join(folder, 'port')) ?? usual)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'port'), `${port}\n`)
  return port
}

function readPort(path: string): number | null {
  try {
    const port = Number(readFileSync(path, 'utf8'))
    return port > 0 && port < 65_536 ? port : null
  } catch {
    return null
  }
}

function listen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** One line for each chosen port that cannot be used; none when all are fine. */
export async function portsInTheWay(ports: readonly FixedPort[]): Promise<string[]> {
  const lines: string[] = []
  for (const [i, { variable, port, host = LOOPBACK }] of ports.entries()) {
    const twin = ports.slice(0, i).find((other) => other.port === port)
    if (twin) lines.push(`${variable} and ${twin.variable} are the same port, ${port}. Give one of them another.`)
    else {
      const wrong = await isFree(port, host).then(
        (free) =>
          free ? null : `is in use by another process. Stop it, or choose another: ${variable}=${port + 1} npm start`,
        (error: NodeJS.ErrnoException) => `cannot be listened on at ${host} (${error.code ?? error.message})`,
      )
      if (wrong) lines.push(`Port ${port} (${variable}) ${wrong}`)
    }
  }
  return lines
}
