import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', html: 'text/html' }

/** The files that stand in a document, by name: its blocks of code that say `file=`. */
export function filesOf(document: string): Map<string, string> {
  const blocks = readFileSync(document, 'utf8').matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]))
}

/** Serves them on a free port, as any web server would. */
export async function serveFiles(files: ReadonlyMap<string, string>): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer(({ url = '/' }, res) => {
    const name = new URL(url, 'http://x').pathname.slice(1) || 'index.html'
    const text = files.get(name)
    res.writeHead(text === undefined ? 404 : 200, {
      'content-type': TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain',
    })
    res.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
