import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../local/processes/ports.ts'

/** Address of a Redis of the bench's own, or undefined where the machine has no redis-server. */
export async function startRedisIfThere(undo: AsyncDisposableStack): Promise<string | undefined> {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ready = (async () => {
    for await (const chunk of server.stdout) if (String(chunk).includes('Ready to accept connections')) return true
    return false
  })()
  if (!(await Promise.race([ready, once(server, 'error').then(() => false)]))) return undefined
  server.stdout.resume()
  undo.defer(() => void server.kill('SIGTERM'))
  return `redis://127.0.0.1:${port}`
}
