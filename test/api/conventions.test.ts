import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { ERRORS } from '../../errors.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
})
afterAll(() => system.stop())

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

describe('documentation', () => {
  test('OpenAPI 3.1 with unique ids, resolvable references, declared parameters and every code', async () => {
    const { body: doc, text } = await system.api.call('GET', '//openapi.json')
    expect(doc.openapi).toMatch(/^3\.1\./)
    const operations = Object.entries(
      doc.paths as Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>,
    ).flatMap(([path, item]) => Object.values(item).map((operation) => ({ path, ...operation })))
    expect(new Set(operations.map((o) => o.operationId)).size).toBe(operations.length)
    for (const { path, parameters } of operations) {
      const inPath = parameters.filter((p) => p.in === 'path').map((p) => p.name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))
    }
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(doc.components.schemas).toHaveProperty(name as string)
    for (const schema of Object.values(doc.components.schemas)) expect(schema).not.toHaveProperty('$ref')
    const { get, put } = doc.paths['/api/v1/scenarios/{id}']
    expect([Object.keys(get.responses), Object.keys(get.responses['200'].headers)]).toEqual([
      expect.arrayContaining(['200', '304']),
      ['ETag'],
    ])
    expect(put.parameters.map((p: { name: string }) => p.name)).toContain('If-Match')
    for (const code of Object.keys(ERRORS)) expect(doc.components.schemas.Problem.properties.code.enum).toContain(code)
  })

  test('the docs page loads nothing from elsewhere', async () => {
    const page = await system.api.call('GET', '//docs')
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1] as string)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(await system.api.call('GET', `/${file}`)).toMatchObject({ status: 200 })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('the key set verifies access tokens and holds no private part', async () => {
    const { body } = await system.api.call('GET', '//.well-known/jwks.json')
    expect(body.keys).toEqual([
      expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', use: 'sig', kid: expect.any(String) }),
    ])
    expect(body.keys[0]).not.toHaveProperty('d')
  })
})

describe('what is not HTTP', () => {
  test.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`,
  ])('is answered 400 and closed: %#', async (bytes) => {
    const socket = connect(Number(new URL(system.api.origin).port), '127.0.0.1')
    socket.write(bytes)
    expect(await readText(socket)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await system.api.call('GET', '//health/live')).toMatchObject({ status: 200 })
  })
})
