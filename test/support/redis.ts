import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { freePort } from '../../local/processes/ports.ts'
import { serverRun, type ServerRun } from './containers.ts'

export interface RedisServer {
  readonly url: string
  /** As `kill -9` does. */
  kill(): Promise<void>
  /** On the same port, empty. */
  start(): Promise<void>
  /** Takes requests and answers none for that long. */
  hang(ms: number): Promise<void>
}

/** A real Redis on a free port. @throws Error that names what is missing */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: { readonly child: ChildProcess; readonly kill: ServerRun['kill'] } | undefined
  const start = async () => {
    const how = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const { command, args, kill } = serverRun('redis-server', how)
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    server = { child, kill }
    const failed = once(child, 'error').then(([error]) => {
      throw new Error('redis-server is missing: install the Debian package redis-server', { cause: error })
    })
    const ready = (async () => {
      for await (const chunk of child.stdout!) if (String(chunk).includes('Ready to accept connections')) return
      throw new Error('redis-server ended before it was ready')
    })()
    await Promise.race([ready, failed])
    child.stdout!.resume()
  }
  await start()
  return {
    url,
    start,
    kill: async () => {
      if (!server || server.child.exitCode !== null || server.child.signalCode !== null) return
      const gone = once(server.child, 'exit')
      server.kill(server.child)
      await gone
    },
    hang: async (ms) => {
      const client = new Redis(url)
      await client.call('CLIENT', 'PAUSE', String(ms), 'ALL')
      client.disconnect()
    },
  }
}
