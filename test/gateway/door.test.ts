import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect as connectPlain, type AddressInfo } from 'node:net'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type TLSSocket } from 'node:tls'
import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { NEVER_OF_CLIENTS } from '../../cli/gateway/nginx.ts'
import { gatewayTable } from '../../cli/gateway/table.ts'
import { startGateway, type Gateway } from '../support/gateway.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let gateway: Gateway
let person: Person
/** Stands for the processes of `users` and `notifications`, apart from all others: what comes to it is what the gateway passes on. */
let seen: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = []
const service = createServer((request, response) => {
  seen.push({ request, response })
  if (request.url?.startsWith('/api/v1/users/'))
    void readText(request).then((body) => response.end(JSON.stringify({ headers: request.headers, body })))
})

beforeAll(async () => {
  system = await startSystem()
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  const internal = `127.0.0.1:${new URL(system.config.internalUrl).port}`
  const split = [{ public: `127.0.0.1:${(service.address() as AddressInfo).port}`, internal }]
  const every = [{ public: new URL(system.api.origin).host, internal }]
  gateway = await startGateway({ every, users: split, notifications: split }, { origins: ['https://app.example.com'] })
  person = await system.api.register()
}, 120_000)
afterAll(async () => {
  await gateway?.stop()
  service.closeAllConnections()
  service.close()
  await system?.stop()
})

const refusal = (status: number, code: string) => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'x-request-id': expect.any(String) },
  body: { status, code, source: 'gateway', type: `urn:scenor:problem:${code}`, request_id: expect.any(String) },
})

describe('what is let in', () => {
  test.each(gatewayTable().filter(({ upstream, stream }) => !/users|notif/.test(upstream) && !stream))(
    '$path comes to the API',
    async ({ path, methods }) => {
      const answer = await gateway.ask(methods[0] ?? 'GET', path.replace(/\{\w+\}/g, 'x'))
      // Whatever it says: it was not the gateway.
      expect(answer.text).not.toContain('"source":"gateway"')
      expect(answer.status).toBeLessThan(500)
    },
  )
  test.each([
    ...['/internal/auth/accounts/x/contacts', '/verify', '/verify-at-api', '/metrics', '/codec', '/codec/decode'],
    ...[
      '/.refused/rate_limited',
      '/dev/x/mails',
      '/api/v1/no-such',
      '/api/v1/scenarios/',
      '/studio/',
      '/api/v1/../internal/x',
    ],
  ])('%s is not there', async (path) =>
    expect(await gateway.ask('GET', path, { token: person.token })).toMatchObject(refusal(404, 'route.not_found')),
  )
  test('a person asks with a token, and an address that is written oddly stays as it is', async () => {
    expect(await gateway.ask('GET', '/api/v1/auth/me', { token: person.token })).toMatchObject({
      status: 200,
      body: { id: person.id },
    })
    const made = await gateway.ask('POST', '/api/v1/scenarios', { token: person.token, body: { title: 'Ё' } })
    expect(made.status).toBe(201)
    const found = await gateway.ask('GET', '/api/v1/scenarios?q=%D1%91&limit=%31', { token: person.token })
    expect(found).toMatchObject({ status: 200, body: { items: [{ id: made.body.id }] } })
  })
})

describe('who asks', () => {
  test('without a token it is the API that says so, in the client’s language, and hears no body', async () => {
    const headers = { 'accept-language': 'ru', origin: 'https://app.example.com' }
    const answer = await gateway.ask('POST', '/api/v1/scenarios', { body: { title: 'x'.repeat(500_000) }, headers })
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'auth.required', source: 'api', title: 'Сначала войдите' },
    })
    const other = await gateway.ask('PUT', '/api/v1/users/x', { token: 'forged', body: { username: 'a' } })
    expect(JSON.parse(other.text)).toMatchObject({ body: '' })
  })
  test('a client cannot say who it is or where it comes from', async () => {
    const forged = Object.fromEntries(NEVER_OF_CLIENTS.map((name) => [name, 'admin']))
    const headers = {
      ...forged,
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'http',
      'X-Request-Id': 'my-request-id',
    }
    const answer = await gateway.ask('PUT', `/api/v1/users/${person.id}`, {
      token: person.token,
      body: { a: 1 },
      headers,
    })
    const { headers: passed, body } = JSON.parse(answer.text) as { headers: Record<string, string>; body: string }
    expect(body).toBe('{"a":1}')
    expect(NEVER_OF_CLIENTS.filter((name) => passed[name.toLowerCase()] !== undefined)).toEqual([])
    expect(passed).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-request-id': 'my-request-id',
    })
    expect(passed['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
  test('its line of access has trace, route, person and network, and no address and no query', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    await gateway.ask('GET', `/api/v1/users/${person.id}?word=secret`, { token: person.token, headers })
    const line = await until(() => gateway.lines().find((each) => each['trace.id'] === trace))
    expect(line).toMatchObject({
      ...{ 'http.route': '/api/v1/users/{id}', 'http.request.method': 'GET', 'http.response.status_code': 200 },
      ...{ 'user.id': person.id, 'client.network': '127.0.0.0/24', 'tls.version': 'TLSv1.3' },
    })
    expect(JSON.stringify(line)).not.toMatch(/secret|127\.0\.0\.1"/)
  })
})

describe('TLS', () => {
  const greet = (options: object): Promise<TLSSocket> => {
    const socket = connect({
      host: '127.0.0.1',
      port: gateway.port,
      servername: 'localhost',
      ca: gateway.ca(),
      ...options,
    })
    return Promise.race([
      once(socket, 'secureConnect').then(() => socket),
      once(socket, 'error').then(([error]) => Promise.reject(error as Error)),
    ])
  }
  test.each(['TLSv1.2', 'TLSv1.3'])('%s is spoken, and HTTP/2 by it', async (version) => {
    const socket = await greet({ minVersion: version, maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] })
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([version, 'h2'])
    socket.destroy()
  })
  test('TLS 1.1 is not', () =>
    expect(greet({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow(
      /alert|version/i,
    ))
  test('browsers are told to stay with it, also by refusals', async () => {
    for (const path of ['/health/live', '/no-such'])
      expect((await gateway.ask('GET', path)).headers['strict-transport-security']).toMatch(/^max-age=\d{8}/)
  })
  test('HTTP/2 is answered', async () => {
    const session = connectHttp2(`https://localhost:${gateway.port}`, { ca: gateway.ca() })
    const stream = session.request({ ':path': '/health/live' })
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect([headers[':status'], await readText(stream)]).toEqual([200, '{"status":"ok"}'])
    session.close()
  })
  test('who comes without it is sent there', async () => {
    const answer = await fetch(`http://${gateway.settings.http}/docs?a=b`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([308, 'https://127.0.0.1/docs?a=b'])
  })
})

describe('what is too large or too slow ends at the gateway', () => {
  test('a body above what the route takes, with a length and without one', async () => {
    const before = seen.length
    const large = { raw: 'x'.repeat(1024 * 1024 + 1), token: person.token }
    expect(await gateway.ask('PUT', '/api/v1/users/x', large)).toMatchObject(refusal(413, 'request.too_large'))
    expect(await gateway.ask('POST', '/api/v1/auth/login', { raw: 'x'.repeat(17_000) })).toMatchObject(
      refusal(413, 'request.too_large'),
    )
    const chunked = await raw(
      `PUT /api/v1/users/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${person.token}\r\nTransfer-Encoding: chunked\r\n\r\n${'10000\r\n'.concat('x'.repeat(65536), '\r\n').repeat(17)}`,
    )
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
    expect(seen.length).toBe(before)
  })
  test('a slow head, and a body that stops on its way, in the 10 s that they have', async () => {
    const before = seen.length
    const started = Date.now()
    const [head, body] = await Promise.all([
      raw('GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow'),
      raw(
        `PUT /api/v1/users/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${person.token}\r\nContent-Length: 1000\r\n\r\n{"a":`,
      ),
    ])
    expect(Date.now() - started).toBeGreaterThan(9_000)
    // NGINX says nothing to a head that never came.
    expect([head, body.split('\r\n')[0]]).toEqual([expect.stringMatching(/^$|408/), expect.stringMatching(/^$|408/)])
    expect(seen.length).toBe(before)
  }, 60_000)
  test('what is no HTTP is told so', async () =>
    expect(await raw('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*"source":"gateway"/s))
  test('a connection without TLS on the port of TLS ends', async () => {
    const socket = connectPlain(gateway.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await readText(socket)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

/** All that comes back for these bytes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port, servername: 'localhost', ca: gateway.ca() })
  socket.on('error', () => {})
  socket.write(bytes)
  return readText(socket).catch(() => '')
}

describe('streams', () => {
  const STREAM = '/api/v1/notifications/stream'
  test('each event goes through before the next one is said, and a renewed certificate breaks none', async () => {
    seen = []
    const opened = gateway.open(STREAM, { token: person.token })
    const { response } = await until(() => seen.find(({ request }) => request.url === STREAM))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    const stream = await opened
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    expect(String((await pieces.next()).value)).toBe('data: 1\n\n')

    const before = await fingerprint()
    gateway.renewFiles()
    gateway.nginx.reload()
    await until(async () => (await fingerprint()) !== before)

    response.write('data: 2\n\n')
    expect(String((await pieces.next()).value)).toBe('data: 2\n\n')
    response.end()
    expect((await pieces.next()).done).toBe(true)
  }, 60_000)
  test('a real one says hello at once and goes on', async () => {
    const { body: operation } = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
    const stream = await gateway.open(`/api/v1/operations/${operation.id}/events`, { token: person.token })
    const said = await readText(stream)
    expect(said).toMatch(/^: hello\n\n[\s\S]*succeeded/)
  }, 60_000)

  async function fingerprint(): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
})
