import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
/** Behind a proxy that it trusts. */
let proxied: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  proxied = await startSystem({ workers: [], relays: false, env: { TRUSTED_PROXIES: '1' } })
  person = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await proxied.stop()
})

const BRIEF = 'A short ad for a warm thermos'
const JSON_TYPE = { 'content-type': 'application/json' }
const problem = (status: number, code?: string) => ({
  status,
  body: { status, ...(code && { code }), request_id: expect.any(String) },
})

describe('faults are told in the order 404, 405, 401, 413, 415, 400, 422', () => {
  const big = 'a'.repeat(2 * 1024 * 1024)
  const signedIn = () => ({ token: person.token })
  test.each([
    ['an unknown route', 'POST', '/no-such', () => ({ raw: big }), 404, 'route.not_found'],
    ['a wrong method', 'PATCH', '/ai/generate', () => ({ raw: big }), 405, 'route.method_not_allowed'],
    ['no token', 'POST', '/ai/generate', () => ({ raw: big }), 401, 'auth.required'],
    [
      'a large text',
      'POST',
      '/ai/generate',
      () => ({ ...signedIn(), raw: big, headers: { 'content-type': 'text/plain' } }),
      413,
      'request.too_large',
    ],
    ['17 KiB under /auth', 'POST', '/auth/login', () => ({ raw: 'a'.repeat(17 * 1024) }), 413, 'request.too_large'],
    [
      'malformed text',
      'POST',
      '/ai/generate',
      () => ({ ...signedIn(), raw: '{', headers: { 'content-type': 'text/plain' } }),
      415,
      'request.unsupported_media_type',
    ],
    ['malformed JSON', 'POST', '/ai/generate', () => ({ ...signedIn(), raw: '{"brief":1,' }), 400, 'request.malformed'],
    ['a wrong body', 'POST', '/ai/generate', () => ({ ...signedIn(), body: { brief: 1 } }), 422, 'validation.failed'],
  ])('%s', async (_, method, path, options, status, code) => {
    const reply = await system.api.call(method, path, options())
    expect(reply).toMatchObject(problem(status, code))
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })

  test('405 names the methods that are allowed', async () => {
    const reply = await system.api.call('DELETE', '/auth/login')
    expect(reply.headers.get('allow')).toBe('POST')
  })
})

describe('bodies', () => {
  test.each(['[]', '"x"', '1', 'null', '[{"email":"a@b.co"}]'])('%s is 422', async (raw) => {
    expect(await system.api.call('POST', '/auth/login', { raw })).toMatchObject(problem(422))
  })
  test.each([
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
    ['nothing', Buffer.from(''), 400],
    ['5,000 levels', `{"brief":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 422],
  ])('%s is refused', async (_, raw, status) => {
    expect(await person.post('/ai/generate', undefined, { raw, headers: JSON_TYPE })).toMatchObject(problem(status))
  })
  test.each([
    [{ brief: BRIEF, 'a/b~c': 1 }, '/a~1b~0c'],
    [{}, '/brief'],
    [{ brief: BRIEF, tone: ['calm', 7] }, '/tone/1'],
    [{ brief: BRIEF, cta: 'a\u0000b' }, '/cta'],
    [{ brief: BRIEF, must_include: ['ok', '\ud800'] }, '/must_include/1'],
    [{ brief: '   short   ' }, '/brief'],
    [{ brief: 'x'.repeat(8_001) }, '/brief'],
    [{ brief: BRIEF, target_duration_s: 4 }, '/target_duration_s'],
  ])('%j is refused at the field', async (body, path) => {
    const reply = await person.post('/ai/generate', body)
    expect(reply).toMatchObject(problem(422, 'validation.failed'))
    expect(reply.body.errors.map((e: { path: string }) => e.path)).toContain(path)
  })
  test('lengths count code points', async () => {
    expect(await person.post('/ai/generate', { brief: '𝕏'.repeat(8_000) })).toMatchObject({ status: 202 })
  })
  test.each(['gzip', 'br', 'nonsense'])('an encoding of %s is refused', async (encoding) => {
    const reply = await system.api.call('POST', '/auth/login', { raw: '{}', headers: { 'content-encoding': encoding } })
    expect(reply).toMatchObject(problem(415))
  })
  test('prototype keys are fields like others', async () => {
    const raw = `{"brief":"${BRIEF}","__proto__":{"roles":["admin"]}}`
    expect(await person.post('/ai/generate', undefined, { raw, headers: JSON_TYPE })).toMatchObject(problem(422))
    expect(await person.get('/auth/me')).toMatchObject({ body: { roles: ['user'] } })
  })
})

describe('headers', () => {
  test.each([
    ['GET', '/auth/me', 200],
    ['GET', '/no-such', 404],
    ['GET', '//openapi.json', 200],
    ['GET', '//health/live', 200],
  ])('%s %s carries the security headers', async (method, path, status) => {
    const reply = await system.api.call(method, path, { token: person.token })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(reply.headers.get('x-powered-by')).toBeNull()
  })
  test.each(['abcdefgh', 'x'.repeat(128), 'A1!~#$%&*+-.^_|:/=?@'])('a request id of %s comes back', async (id) => {
    const reply = await system.api.call('GET', '/no-such', { headers: { 'x-request-id': id } })
    expect([reply.headers.get('x-request-id'), reply.body.request_id]).toEqual([id, id])
  })
  test.each(['short7c', 'x'.repeat(129), 'with space'])('a request id of %s is replaced', async (id) => {
    const reply = await system.api.call('GET', '/no-such', { headers: { 'x-request-id': id } })
    expect(reply.headers.get('x-request-id')).toMatch(/^[\x21-\x7e]{8,128}$/)
    expect(reply.headers.get('x-request-id')).not.toBe(id)
  })
  test('the language of problems follows Accept-Language, then the person’s locale; the code never changes', async () => {
    const russian = await system.api.register({ locale: 'ru' })
    const missing = `/scenarios/${randomUUID()}`
    const ru = await russian.get(missing)
    const en = await russian.get(missing, { headers: { 'accept-language': 'de, en;q=0.5, ru;q=0.1' } })
    const odd = await person.get(missing, { headers: { 'accept-language': `ru;q=nonsense,${'a'.repeat(3_000)}` } })
    expect(ru.body.title).toMatch(/[а-я]/)
    expect([en.body.title, odd.body.title]).toEqual(['There is no such scenario', 'There is no such scenario'])
    expect(ru.body.code).toBe(en.body.code)
  })
  test('an Idempotency-Key of 256 characters is refused', async () => {
    const reply = await person.post(
      '/ai/generate',
      { brief: BRIEF },
      { headers: { 'idempotency-key': 'k'.repeat(256) } },
    )
    expect(reply).toMatchObject(problem(422))
  })
})

/** All that comes back for these bytes on a connection of their own. */
function said(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(system.api.origin).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  return readText(socket)
}

describe('a client that asks before it sends its body (Expect: 100-continue)', () => {
  const head = (path: string, length: number, more = '') =>
    `POST /api/v1${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n${more}\r\n`
  test.each([
    ['too large a body', 413, () => head('/auth/login', 17 * 1024)],
    ['no token', 401, () => head('/scenarios', 20)],
    ['another media type', 415, () => head('/auth/login', 2).replace('application/json', 'text/plain')],
    ['an unknown route', 404, () => head('/no-such', 20)],
  ])('is told of %s instead of being told to go on', async (_, status, bytes) => {
    const answer = await said(bytes())
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/\r\nConnection: close\r\n/i)
  })
  test('is told to go on where the body is wanted', async () => {
    const body = '{"title":"Чайник"}'
    const socket = connect(Number(new URL(system.api.origin).port), '127.0.0.1')
    const more = `Authorization: Bearer ${person.token}\r\nConnection: close\r\n`
    socket.write(head('/scenarios', Buffer.byteLength(body), more))
    let answer = ''
    for await (const bytes of socket) {
      if (answer === '') socket.write(body)
      answer += String(bytes)
    }
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created\r\n/)
  })
})

describe('every error says whether to try again, and who failed', () => {
  const anywhere = { 'x-forwarded-for': '192.0.2.1' }
  test.each([
    ['an unknown route', 'false', () => person.get('/no-such')],
    ['a wrong method', 'false', () => person.put('/auth/me')],
    ['no token', 'false', () => system.api.call('GET', '/auth/me')],
    ['a wrong body', 'false', () => person.post('/scenarios', {})],
    ['a missing thing', 'false', () => person.get(`/scenarios/${randomUUID()}`)],
    [
      'a wrong password',
      'false',
      () => system.api.call('POST', '/auth/login', { body: { email: 'a', password: 'b' }, headers: anywhere }),
    ],
    [
      'a missing If-Match',
      'false',
      async () => person.put(`/scenarios/${(await person.post('/scenarios', { title: 'a' })).body.id}`, { title: 'b' }),
    ],
  ])('%s: %s', async (_, retry, call) => {
    const reply = await call()
    expect(reply.headers.get('x-should-retry')).toBe(retry)
    expect(reply.body).toMatchObject({ source: 'api' })
  })
  test('accepted work says when to look', async () => {
    const reply = await person.post('/ai/generate', { brief: BRIEF })
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([202, '1'])
  })
})

describe('an Idempotency-Key without a token', () => {
  test('belongs to the address: the same key from another one is another request', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const forgot = (ip: string, email: string) =>
      proxied.api.call('POST', '/auth/password/forgot', { body: { email }, headers: { ...key, 'x-forwarded-for': ip } })
    expect(await forgot('192.0.2.1', 'a@example.test')).toMatchObject({ status: 202 })
    const again = await forgot('192.0.2.1', 'a@example.test')
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true'])
    expect(await forgot('192.0.2.1', 'b@example.test')).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    })
    const other = await forgot('192.0.2.2', 'b@example.test')
    expect([other.status, other.headers.get('idempotent-replayed')]).toEqual([202, null])
  })
})

describe('what is not HTTP', () => {
  test.each(['GARBAGE\r\n\r\n', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'])(
    'is answered 400 and closed: %#',
    async (bytes) => {
      expect(await said(bytes)).toMatch(/^HTTP\/1\.1 400 /)
      expect(await system.api.call('GET', '//health/live')).toMatchObject({ status: 200 })
    },
  )
  test.each([
    ['a header of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['5,000 headers', `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: aaaa\r\n'.repeat(5_000)}\r\n`],
    ['an address of 100 KB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('%s is a problem with status 431', async (_, bytes) => {
    const [head = '', body = ''] = (await said(bytes)).split('\r\n\r\n')
    expect(head).toMatch(
      /^HTTP\/1\.1 431 Request Header Fields Too Large\r\nContent-Type: application\/problem\+json\r\n/,
    )
    expect(JSON.parse(body)).toMatchObject({ status: 431, code: 'request.headers_too_large', source: 'api' })
  })
})
