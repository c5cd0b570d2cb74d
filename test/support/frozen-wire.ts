import net from 'node:net'

export interface Wire extends AsyncDisposable {
  /** host:port to connect to. */
  readonly address: string
  /** From now on nothing passes, in either direction; connections stay. */
  freeze(): void
}

/** A TCP forwarder that can fall silent, as a network does that loses packets. */
export async function startWire(target: string): Promise<Wire> {
  const [host = '127.0.0.1', port] = target.split(':')
  const sockets = new Set<net.Socket>()
  let frozen = false
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => void (frozen || to.write(bytes)))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    freeze: () => void (frozen = true),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
