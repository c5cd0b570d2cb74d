import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { joinSockets } from '../support/frozen-wire.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const CA = fileURLToPath(new URL('../../deploy/ca.sh', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'scenor-renewed-'))
const at = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(at(name), 'utf8')
const sockets = new Set<net.Socket>()
/** The authorities of those who came in. */
const shown: string[] = []

let server: tls.Server
let system: System
beforeAll(async () => {
  execFileSync('sh', [CA, at('first'), 'localhost', 'worker'])
  execFileSync('sh', [CA, at('next'), 'worker'])
  for (const name of ['worker.pem', 'worker.key', 'ca.pem']) copyFileSync(at(`first/${name}`), at(name))
  const own = { cert: text('first/localhost.pem'), key: text('first/localhost.key'), ca: text('first/ca.pem') }
  // Stands before the run's server, which has no TLS, and takes those alone whom its authority has signed.
  server = tls.createServer({ ...own, requestCert: true, ALPNProtocols: ['h2'] }, (near) => {
    shown.push(
      near.getPeerX509Certificate()?.verify(new X509Certificate(text('next/ca.pem')).publicKey) ? 'next' : 'first',
    )
    const [host, port] = testServers().temporal.split(':')
    joinSockets(near, net.connect(Number(port), host), sockets)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const address = `localhost:${(server.address() as AddressInfo).port}`
  system = await startSystem({
    temporalAddress: address,
    env: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TLS_CA: at('ca.pem'),
      TEMPORAL_TLS_CERT: at('worker.pem'),
      TEMPORAL_TLS_KEY: at('worker.key'),
    },
  })
})
afterAll(async () => {
  await system?.stop()
  for (const socket of sockets) socket.destroy()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('renewed certificates for Temporal are shown by clients and workers without a restart', async () => {
  await system.api.register()
  expect(shown.length).toBeGreaterThan(1)
  server.setSecureContext({
    cert: text('first/localhost.pem'),
    key: text('first/localhost.key'),
    ca: text('next/ca.pem'),
  })
  for (const name of ['worker.key', 'worker.pem']) copyFileSync(at(`next/${name}`), at(name))
  await until(() => new Set(shown).size > 1)
  // Nobody comes in any more by what they had before.
  shown.length = 0
  for (const socket of sockets) socket.destroy()
  const person = await system.api.register()
  expect(person.id).toBeTruthy()
  expect([...new Set(shown)]).toEqual(['next'])
  expect(shown.length).toBeGreaterThan(1)
})
