import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seeded } from '../support/seeded.ts'

/** What becomes of an answer: all of it, its first bytes with a clean end or a broken one, nothing, or a page of a gateway. */
export type Fate = 'whole' | 'end' | 'cut' | 'refused' | 'gateway'
const FATES: readonly Fate[] = ['whole', 'end', 'end', 'end', 'cut', 'cut', 'cut', 'refused', 'gateway']

/** @returns the fate of the next answer, and after how many bytes */
export const fatesOf = (seed: number, most: number) => {
  const random = seeded(seed)
  return (): { fate: Fate; bytes: number } => ({
    fate: FATES[Math.floor(random() * FATES.length)]!,
    bytes: Math.floor(random() ** 2 * most),
  })
}

/** A gateway before the API that treats answers as it is told. */
export async function startCuttingProxy(
  target: string,
  next: (request: IncomingMessage) => { fate: Fate; bytes: number },
) {
  const counts: Record<Fate, number> = { whole: 0, end: 0, cut: 0, refused: 0, gateway: 0 }
  const handle = (from: IncomingMessage, to: ServerResponse) => {
    const { fate, bytes } = next(from)
    counts[fate] += 1
    if (fate === 'gateway') return void to.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    const upstream = ask(`${target}${from.url}`, { method: from.method, headers: from.headers }, (answer) => {
      // The request was done; nobody hears of it.
      if (fate === 'refused') return void to.destroy(answer.destroy() && undefined)
      const { 'content-length': _length, ...headers } = answer.headers
      // With its length an end before is none that is clean.
      to.writeHead(answer.statusCode ?? 500, fate === 'end' ? headers : answer.headers)
      to.flushHeaders()
      let left = fate === 'whole' ? Infinity : bytes
      answer.on('data', (piece: Buffer) => {
        to.write(piece.subarray(0, left))
        left -= piece.length
        if (left > 0) return
        answer.destroy()
        if (fate === 'end') to.end()
        else setImmediate(() => to.destroy())
      })
      answer.on('end', () => to.end())
      answer.on('error', () => {})
    })
    upstream.on('error', () => to.destroy())
    to.on('close', () => upstream.destroy())
    to.on('error', () => {})
    from.pipe(upstream)
  }
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
