import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInternalApp } from '../api/internal/app.ts'
import { loadConfig } from '../config.ts'
import { archiveServices, findArchive } from '../db/auth/archives.ts'
import { openDatabases } from '../db/databases.ts'
import { collectPersonalData } from '../db/personal-data.ts'
import { createInternalClient } from '../internal/client.ts'
import { loadKeys } from '../keys/keys.ts'
import { createLogger } from '../telemetry/logger.ts'
import { DEFINITIONS } from '../workers/services/index.ts'

/**
 * What an archive passes through, as `bench/archives.ts` starts it: `api` keeps pieces and streams them, until its input ends; `worker`
 * reads pages and hands them over. Prints lines of JSON; the last one says the most that the process held, MiB.
 */
const [role, operationId = '', personId = '', internalUrl = ''] = process.argv.slice(2)
const config = loadConfig()
const databases = openDatabases(config, 'workers')
const keys = await loadKeys(config)
const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`)

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(): Promise<void> {
  const logger = createLogger({ LOG_LEVEL: 'warn' }, 'api')
  const app = createInternalApp({
    config,
    databases,
    keys,
    logger,
    sessions: undefined as never,
    ownUrl: () => undefined,
  })
  const pieces = createServer((request, response) => void app.callback()(request, response))
  const file = createServer((_, response) => {
    void (async () => {
      const archive = await findArchive(databases.auth, operationId, personId)
      if (!archive) throw new Error('there is no archive')
      await pipeline(Readable.from(archiveServices(databases.auth, archive), { objectMode: false }), response)
    })()
  })
  print({ internal: await listening(pieces), file: await listening(file) })
  process.stdin.resume()
  await once(process.stdin, 'end')
  for (const server of [pieces, file]) {
    server.close()
    server.closeAllConnections()
  }
}

async function collect(): Promise<void> {
  const internal = createInternalClient({ baseUrl: internalUrl, key: keys.serviceToken, self: 'scenarios' })
  const person = { id: personId, email: null }
  let n = 0
  for await (const page of collectPersonalData(databases.scenarios, DEFINITIONS.scenarios.personalData, person))
    await internal.keepArchivePiece(operationId, { try: 1, n: n++, ...page })
  await internal.completeArchivePart(operationId, { try: 1, pieces: n })
}

await (role === 'api' ? serve() : collect())
await databases.close()
print({ peak: Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1_024 })
