import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loadConfig } from '../../../../config.ts'
import { startSystem, type System } from '../../../support/system.ts'

const APP = 'https://app.example.com'
let system: System
beforeAll(async () => {
  system = await startSystem({
    workers: [],
    relays: false,
    env: { CORS_ORIGINS: `${APP}, http://localhost:*`, DEV_PAGES: 'true', RATE_LIMIT_SCALE: '0.01' },
  })
})
afterAll(() => system.stop())

const from = (origin: string, headers = {}) => ({ headers: { origin, ...headers } })
const preflight = (path: string, origin = APP) =>
  system.api.call('OPTIONS', path, from(origin, { 'access-control-request-method': 'PUT' }))
const allowed = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))

describe('a page of an allowed origin', () => {
  test.each(['/scenarios', '/auth/login', '/no-such', '//openapi.json', '//health/ready'])(
    'has its preflight of %s answered 204',
    async (path) => {
      const { status, headers, text } = await preflight(path)
      expect({ status, text, origin: headers.get('access-control-allow-origin') }).toEqual({
        status: 204,
        text: '',
        origin: APP,
      })
      expect(headers.get('access-control-allow-methods')?.split(', ')).toEqual(
        expect.arrayContaining(['PUT', 'DELETE']),
      )
      expect(headers.get('access-control-allow-headers')?.toLowerCase().split(', ')).toEqual(
        expect.arrayContaining(
          'authorization content-type idempotency-key if-match if-none-match last-event-id prefer x-session-mode'.split(
            ' ',
          ),
        ),
      )
      expect(headers.get('vary')?.split(', ')).toContain('Origin')
    },
  )

  test.each([
    ['an answer', 'GET', '//openapi.json', 200],
    ['401', 'GET', '/scenarios', 401],
    ['404', 'GET', '/no-such', 404],
    ['405', 'PATCH', '/scenarios', 405],
    ['422', 'POST', '/auth/login', 422],
  ])('may read %s with all that it says', async (_, method, path, status) => {
    const body = method === 'POST' ? { body: {} } : {}
    const reply = await system.api.call(method, path, { ...from(APP), ...body })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('access-control-allow-origin')).toBe(APP)
    expect(reply.headers.get('access-control-expose-headers')?.split(', ').toSorted()).toEqual(
      'Content-Disposition ETag Idempotent-Replayed Location RateLimit RateLimit-Policy Retry-After X-Device-Token X-Request-Id X-Should-Retry'.split(
        ' ',
      ),
    )
    expect(reply.headers.get('vary')?.split(', ')).toContain('Origin')
  })

  test('may read that it asked too often', async () => {
    const wrong = { ...from(APP), body: { email: 'nobody@example.test', password: 'no password of anybody' } }
    let reply = await system.api.call('POST', '/auth/login', wrong)
    for (let n = 0; n < 10 && reply.status !== 429; n += 1) reply = await system.api.call('POST', '/auth/login', wrong)
    expect(reply.status).toBe(429)
    expect(reply.headers.get('access-control-allow-origin')).toBe(APP)
    expect(reply.headers.get('access-control-expose-headers')).toContain('Retry-After')
  })

  test('sends cookies where they count, and nowhere else', async () => {
    const credentials = async (path: string) => (await preflight(path)).headers.get('access-control-allow-credentials')
    expect(await credentials('/auth/refresh')).toBe('true')
    expect(await credentials('/scenarios')).toBeNull()
  })

  test('gets 405 for an OPTIONS that is no preflight, with the methods', async () => {
    const reply = await system.api.call('OPTIONS', '/scenarios', from(APP))
    expect(reply).toMatchObject({ status: 405, body: { code: 'route.method_not_allowed' } })
    expect(reply.headers.get('allow')).toContain('POST')
  })

  test.each(['http://localhost', 'http://localhost:1', 'http://localhost:65535'])(
    'may be on whichever port of this machine, where the list says so: %s',
    async (origin) =>
      expect((await preflight('/scenarios', origin)).headers.get('access-control-allow-origin')).toBe(origin),
  )

  test('does not see the pages for developers, who read other people’s mails there', async () => {
    const reply = await system.api.call('GET', `//dev/${system.keys.devPages}/mails`, from(APP))
    expect({ status: reply.status, headers: allowed(reply.headers) }).toEqual({ status: 200, headers: [] })
  })
})

describe.each([
  'https://evil.example',
  'null',
  '*',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.example',
  'https://sub.app.example.com',
  'https://APP.example.com',
  'http://localhost.evil.example:1',
  'http://evil.example/http://localhost:1',
  'https://localhost:1',
  'http://127.0.0.1:1',
  `${APP}, ${APP}`,
])('a page of %s', (origin) => {
  test('has its preflight refused', async () => {
    const reply = await preflight('/scenarios', origin)
    expect({ status: reply.status, headers: allowed(reply.headers) }).toEqual({ status: 405, headers: [] })
  })
  test('may read nothing', async () => {
    const reply = await system.api.call('GET', '//openapi.json', from(origin))
    expect({ status: reply.status, headers: allowed(reply.headers) }).toEqual({ status: 200, headers: [] })
  })
})

test('an answer to nobody’s page names the origin as what it depends on', async () => {
  const { headers } = await system.api.call('GET', '//openapi.json')
  expect(headers.get('vary')?.split(', ')).toContain('Origin')
})

describe('CORS_ORIGINS', () => {
  test('is nobody unless it is set', () => expect(loadConfig({}).CORS_ORIGINS).toEqual([]))

  test.each([
    '*',
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://*.example.com',
    'https://app.example.com:*',
    'https://localhost:*',
    'ftp://app.example.com',
    'https://app.example.com,https://',
  ])('takes no %s, which no browser would send or which opens more than one place', (value) => {
    expect(() => loadConfig({ CORS_ORIGINS: value })).toThrow(/^CORS_ORIGINS: must be/)
  })
})
