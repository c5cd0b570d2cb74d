import http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { composeScript } from '../writing/demo/compose.ts'

/** One call of the model, as its server sees it. */
export interface HeldCall {
  /** Milliseconds since 1970. */
  readonly arrivedAt: number
  /** When its connection was gone, answered or not. */
  readonly closed: Promise<number>
  answer(): void
}

export interface HeldModel {
  readonly url: string
  /** Calls so far. */
  readonly count: number
  /** The next call that nobody has taken yet. */
  next(): Promise<HeldCall>
}

/**
 * A model in this process that answers when it is told to, with the same script each time.
 * @param answersAfterMs by itself, without being told
 */
export async function startHeldModel(undo: AsyncDisposableStack, answersAfterMs?: number): Promise<HeldModel> {
  const content = JSON.stringify(
    composeScript({ brief: 'Ролик о термосе, который держит тепло сутки', kind: 'ad' }, 'ru'),
  )
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
  const completion = JSON.stringify({ object: 'chat.completion', model: 'bench', choices })
  const calls: HeldCall[] = []
  let taken = 0
  let wake = () => {}
  const server = http.createServer((request, response) => {
    const answer = () => void response.writeHead(200, { 'content-type': 'application/json' }).end(completion)
    calls.push({ arrivedAt: Date.now(), closed: once(response, 'close').then(() => Date.now()), answer })
    if (answersAfterMs !== undefined) setTimeout(() => response.destroyed || answer(), answersAfterMs)
    request.resume()
    wake()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get count() {
      return calls.length
    },
    next: async () => {
      while (taken >= calls.length) await new Promise<void>((resolve) => (wake = resolve))
      return calls[taken++]!
    },
  }
}
