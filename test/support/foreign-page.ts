import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../..')

/** A page of another origin, with the published client beside it as its package has it. */
export async function startForeignPage(script: string): Promise<AsyncDisposable & { readonly origin: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-foreign-'))
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(ROOT, 'client'), '--outDir', folder])
  const page = `<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title><pre id="text"></pre><script type="module" src="/page.js"></script>`
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    response.setHeader('Content-Type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    if (path === '/') return void response.end(page)
    response.end(path === '/page.js' ? script : readFileSync(join(folder, basename(path))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
