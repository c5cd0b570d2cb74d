import net from 'node:net'

export interface Wire extends AsyncDisposable {
  /** host:port to connect to. */
  readonly address: string
  /** From now on nothing passes, in either direction; connections stay. */
  freeze(): void
  /** The same for the connections that there are; later ones work, as after a failover. */
  freezeOld(): void
  /** Connections end and none is taken, as while a server is down. */
  cut(): Promise<void>
  /** Takes connections again, at the same address. */
  mend(): Promise<void>
}

/** Hands on what each of two connections says to the other; both are of the set while they are open. @param passes asked for each piece */
export function joinSockets(
  near: net.Socket,
  far: net.Socket,
  open: Set<net.Socket>,
  passes: (from: net.Socket) => boolean = () => true,
): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(from)
    from.on('data', (bytes) => void (passes(from) && to.write(bytes)))
    from.on('error', () => {})
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }
}

/** A TCP forwarder that can fall silent, as a network does that loses packets. */
export async function startWire(target: string): Promise<Wire> {
  const [host = '127.0.0.1', port] = target.split(':')
  const sockets = new Set<net.Socket>()
  const frozenSockets = new WeakSet<net.Socket>()
  let frozen = false
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host)
    joinSockets(near, far, sockets, (from) => !frozen && !frozenSockets.has(from))
  })
  const listen = (on: number) => new Promise<void>((resolve) => server.listen(on, '127.0.0.1', resolve))
  const end = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  await listen(0)
  const own = (server.address() as net.AddressInfo).port
  return {
    address: `127.0.0.1:${own}`,
    cut: end,
    mend: () => listen(own),
    freeze: () => void (frozen = true),
    freezeOld: () => sockets.forEach((socket) => frozenSockets.add(socket)),
    [Symbol.asyncDispose]: end,
  }
}
