import net from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** A way to a server that can be cut. */
export interface Gate extends AsyncDisposable {
  /** host:port */
  readonly address: string
  /** Ends every connection and refuses new ones. */
  cut(): void
  open(): void
}

/** @param target host:port behind it */
export async function createGate(target: string): Promise<Gate> {
  const [host, port] = target.split(':')
  const sockets = new Set<net.Socket>()
  let isOpen = true
  const keep = (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = net.createServer((inside) => {
    if (!isOpen) return void inside.destroy()
    const outside = net.connect(Number(port), host)
    for (const socket of [inside, outside]) keep(socket)
    inside.pipe(outside).pipe(inside)
    inside.on('close', () => outside.destroy())
    outside.on('close', () => inside.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isOpen = false
      drop()
    },
    open: () => void (isOpen = true),
    [Symbol.asyncDispose]: async () => {
      server.close()
      drop()
      await once(server, 'close')
    },
  }
}
