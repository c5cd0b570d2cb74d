import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { traefikFile } from '../../cli/gateway/traefik.ts'
import { gatewayTable } from '../../cli/gateway/table.ts'
import { freePort } from '../../local/processes/ports.ts'
import { selfSigned } from '../support/certificate.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const TRAEFIK = join(homedir(), '.cache/scenor/traefik-3.7.15')

let system: System
let person: Person
let traefik: ChildProcess
let folder: string
let port: number
const { cert, key } = selfSigned('localhost')
/** Stands for the processes of `users` and `notifications`: what comes to it is what Traefik passes on. */
const seen: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = []
const service = createServer((asked, response) => {
  if (asked.url === '/health/ready') return void response.end()
  seen.push({ request: asked, response })
  if (asked.url?.startsWith('/api/v1/users/')) response.end(JSON.stringify(asked.headers))
})

async function open(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<IncomingMessage> {
  const sent = request({
    ...{ host: '127.0.0.1', port, servername: 'localhost', ca: cert, agent: false, method, path },
    headers: {
      ...headers,
      ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
  })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}
async function ask(...asked: Parameters<typeof open>) {
  const response = await open(...asked)
  return { status: response.statusCode, headers: response.headers, text: await readText(response) }
}
const bearer = () => ({ authorization: `Bearer ${person.token}` })

beforeAll(async () => {
  system = await startSystem()
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  folder = mkdtempSync(join(tmpdir(), 'scenor-traefik-'))
  const [certificate, keyFile] = [join(folder, 'gateway.pem'), join(folder, 'gateway.key')]
  writeFileSync(certificate, cert)
  writeFileSync(keyFile, key)
  const internal = `127.0.0.1:${new URL(system.config.internalUrl).port}`
  const split = [{ public: `127.0.0.1:${(service.address() as AddressInfo).port}`, internal }]
  const copies = { every: [{ public: new URL(system.api.origin).host, internal }], users: split, notifications: split }
  const dynamic = join(folder, 'dynamic.yml')
  // Small buckets: six comments at once and three a minute.
  writeFileSync(dynamic, traefikFile(gatewayTable(), copies, { certificate, key: keyFile, scale: 0.1 }))
  port = await freePort()
  traefik = spawn(
    TRAEFIK,
    [`--entrypoints.websecure.address=127.0.0.1:${port}`, `--providers.file.filename=${dynamic}`, '--log.level=ERROR'],
    { stdio: 'inherit' },
  )
  person = await system.api.register()
  await until(async () => (await ask('GET', '/health/live').catch(() => undefined))?.status === 200)
  // Traefik looks by itself which service is ready, at each in its own time.
  for (const path of ['/api/v1/users/x', '/api/v1/auth/me', '/api/v1/scenarios'])
    await until(async () => (await ask('GET', path, bearer())).status === 200)
}, 120_000)
afterAll(async () => {
  traefik?.kill()
  if (traefik) await once(traefik, 'exit')
  service.closeAllConnections()
  service.close()
  await system?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test('Traefik lets in what the table has, and nothing internal', async () => {
  expect((await ask('GET', '/api/v1/auth/me', bearer())).status).toBe(200)
  for (const path of ['/internal/auth/admins', '/verify', '/metrics', '/codec', '/no-such', '/studio/'])
    expect([path, (await ask('GET', path, bearer())).status]).toEqual([path, 404])
})

test('tokens are looked at before the API is asked, and nobody says who they are', async () => {
  expect((await ask('POST', '/api/v1/scenarios', {}, '{}')).status).toBe(401)
  const before = seen.length
  expect((await ask('PUT', '/api/v1/users/x', { authorization: 'Bearer forged' }, '{}')).status).toBe(401)
  expect(seen.length).toBe(before)
  const forged = { ...bearer(), 'X-Person': 'admin', 'X-User-Id': 'admin', 'X-Forwarded-For': '203.0.113.9' }
  const passed = JSON.parse((await ask('GET', '/api/v1/users/x', forged)).text) as Record<string, string>
  expect([passed['x-person'], passed['x-user-id'], passed['x-forwarded-for']]).toEqual([
    undefined,
    undefined,
    '127.0.0.1',
  ])
})

test('bodies have their size, people their limits', async () => {
  expect((await ask('POST', '/api/v1/auth/login', {}, 'x'.repeat(17_000))).status).toBe(413)
  const comment = () => ask('POST', `/api/v1/scenarios/${randomUUID()}/comments`, bearer(), '{"body":"a"}')
  const answers: Awaited<ReturnType<typeof ask>>[] = []
  for (let n = 0; n < 10; n++) answers.push(await comment())
  expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  const refused = answers.find(({ status }) => status === 429)
  expect(refused?.headers['retry-after']).toMatch(/^\d+$/)
  expect((await ask('GET', '/api/v1/scenarios', bearer())).status).toBe(200)
})

test('events come one by one; browsers are told to stay with TLS, of which 1.1 is not spoken', async () => {
  const STREAM = '/api/v1/notifications/stream'
  const opened = open('GET', STREAM, bearer())
  const { response } = await until(() => seen.find((each) => each.request.url === STREAM))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: 1\n\n')
  const stream = await opened
  expect(stream.headers['strict-transport-security']).toMatch(/max-age=63072000/)
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  expect(String((await pieces.next()).value)).toBe('data: 1\n\n')
  response.write('data: 2\n\n')
  expect(String((await pieces.next()).value)).toBe('data: 2\n\n')
  response.end()
  const old = connect({
    host: '127.0.0.1',
    port,
    ca: cert,
    servername: 'localhost',
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  const [error] = (await once(old, 'error')) as [Error]
  expect(String(error)).toMatch(/alert|version/i)
})
