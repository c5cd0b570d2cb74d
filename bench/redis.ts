import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../local/processes/ports.ts'

export interface OwnRedis {
  readonly url: string
  readonly pid: number
}

/**
 * A Redis of the bench's own, or undefined where the machine has no redis-server.
 * @param settings beyond its port; default: it keeps nothing
 */
export async function startRedisIfThere(
  undo: AsyncDisposableStack,
  settings: readonly string[] = ['--save', ''],
): Promise<OwnRedis | undefined> {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...settings], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ready = (async () => {
    for await (const chunk of server.stdout) if (String(chunk).includes('Ready to accept connections')) return true
    return false
  })()
  if (!(await Promise.race([ready, once(server, 'error').then(() => false)])) || server.pid === undefined)
    return undefined
  server.stdout.resume()
  undo.defer(() => void server.kill('SIGTERM'))
  return { url: `redis://127.0.0.1:${port}`, pid: server.pid }
}
