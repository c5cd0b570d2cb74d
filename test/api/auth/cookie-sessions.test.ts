import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { PASSWORD, type Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { PUBLIC_URL: 'https://api.example.test' } })
})
afterAll(() => system.stop())

const MODE = { 'x-session-mode': 'cookie' }
const NAME = '__Host-scenor_refresh'

/** What a browser keeps of an answer: by name, with attributes; removed ones are empty. */
const cookieOf = (reply: Reply, name = NAME) => {
  const set = reply.headers.getSetCookie().find((c) => c.startsWith(`${name}=`))
  if (set === undefined) return undefined
  const [pair = '', ...attributes] = set.split('; ')
  return { value: pair.slice(name.length + 1), attributes }
}
const post = (path: string, options: { body?: unknown; headers?: Record<string, string>; token?: string } = {}) =>
  system.api.call('POST', path, options)
const withCookie = (value: string) => ({ ...MODE, cookie: `theme=dark; ${NAME}=${value}; other=1` })

/** Somebody who signed in from a browser. */
const browser = async () => {
  const body = { email: `u-${randomUUID()}@example.test`, password: PASSWORD }
  const registered = await post('/auth/register', { body, headers: MODE })
  expect(registered.status).toBe(201)
  return { ...body, registered, token: registered.body.access_token as string, cookie: cookieOf(registered)!.value }
}

describe('with X-Session-Mode: cookie', () => {
  test.each(['register', 'login'])('%s keeps the refresh token in a cookie and in no body', async (way) => {
    const person = await browser()
    const { email, password, registered } = person
    const reply =
      way === 'register' ? registered : await post('/auth/login', { body: { email, password }, headers: MODE })
    const { value, attributes } = cookieOf(reply)!
    expect(value).toMatch(/^[\w-]{43}$/)
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=1209600', 'Path=/', 'SameSite=Strict', 'Secure'])
    expect(reply.body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
    expect(reply.body).not.toHaveProperty('refresh_token')
    expect(reply.text).not.toContain(value)
    expect(await system.api.call('GET', '/auth/me', { token: reply.body.access_token })).toMatchObject({ status: 200 })
  })

  test('refresh takes the cookie, without a body or with an empty one, and sets the next', async () => {
    const { cookie } = await browser()
    const first = await post('/auth/refresh', { headers: withCookie(cookie) })
    expect(first).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
    expect(first.body).not.toHaveProperty('refresh_token')
    const next = cookieOf(first)!.value
    expect(next).not.toBe(cookie)
    expect(await post('/auth/refresh', { body: {}, headers: withCookie(next) })).toMatchObject({ status: 200 })
  })

  test('refresh takes none from a body', async () => {
    const { cookie } = await browser()
    const reply = await post('/auth/refresh', { body: { refresh_token: cookie }, headers: withCookie(cookie) })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: '/refresh_token' }] } })
  })

  test.each([
    ['no cookie', MODE],
    ['one of another name', { ...MODE, cookie: `scenor_refresh=${'a'.repeat(43)}` }],
    ['one that opens nothing', withCookie('a'.repeat(43))],
    ['one of another form', withCookie('"><script>')],
  ])('refresh refuses %s, and removes what opens nothing', async (_, headers) => {
    const reply = await post('/auth/refresh', { headers })
    expect(reply).toMatchObject({ status: 401, body: { code: 'auth.refresh_invalid' } })
    expect(cookieOf(reply)).toMatchObject({ value: '', attributes: expect.arrayContaining(['Max-Age=0']) })
  })

  test('logout ends the session and removes the cookie', async () => {
    const { token, cookie } = await browser()
    const reply = await post('/auth/logout', { token, headers: withCookie(cookie) })
    expect(reply.status).toBe(204)
    expect(cookieOf(reply)).toMatchObject({ value: '', attributes: expect.arrayContaining(['Max-Age=0', 'Path=/']) })
    expect(await post('/auth/refresh', { headers: withCookie(cookie) })).toMatchObject({ status: 401 })
    expect(await system.api.call('GET', '/auth/me', { token })).toMatchObject({ status: 401 })
  })

  test('logout needs no access token, which may have expired: the cookie says whose session it is', async () => {
    const { token, cookie } = await browser()
    expect(await post('/auth/logout', { headers: withCookie(cookie) })).toMatchObject({ status: 204 })
    expect(await system.api.call('GET', '/auth/me', { token })).toMatchObject({ status: 401 })
    // Again, or in another tab: it has ended, and the cookie is to go.
    expect(await post('/auth/logout', { headers: withCookie(cookie) })).toMatchObject({ status: 204 })
  })

  test('logout without anything is 401', async () => {
    expect(await post('/auth/logout', { headers: MODE })).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
    })
    expect(await post('/auth/logout', { token: 'a.b.c' })).toMatchObject({
      status: 401,
      body: { code: 'auth.token_rejected' },
    })
  })
})

describe('without that header', () => {
  test('the cookie counts for nothing: neither refresh nor logout hear of it', async () => {
    const { token, cookie } = await browser()
    const headers = { cookie: `${NAME}=${cookie}` }
    expect(await post('/auth/refresh', { body: {}, headers })).toMatchObject({ status: 422 })
    expect(await post('/auth/refresh', { headers })).toMatchObject({ status: 422 })
    expect(await post('/auth/logout', { headers })).toMatchObject({ status: 401 })
    expect(await system.api.call('GET', '/auth/me', { headers })).toMatchObject({ status: 401 })
    expect(await system.api.call('GET', '/auth/me', { token })).toMatchObject({ status: 200 })
  })

  test('a form of another page does nothing, whatever it sends with the cookie', async () => {
    const { token, cookie } = await browser()
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      for (const path of ['/auth/refresh', '/auth/logout'])
        expect(
          (
            await system.api.call('POST', path, {
              raw: 'x=1',
              headers: { cookie: `${NAME}=${cookie}`, 'content-type': type },
            })
          ).status,
        ).toBeGreaterThanOrEqual(400)
    expect(await system.api.call('GET', '/auth/me', { token })).toMatchObject({ status: 200 })
  })

  test('tokens come in the body, and no cookie with them', async () => {
    const { email, password } = await browser()
    const reply = await post('/auth/login', { body: { email, password } })
    expect(reply.body.refresh_token).toMatch(/^[\w-]{43}$/)
    expect(cookieOf(reply)).toBeUndefined()
  })
})

test('a registration that is sent again sets the cookie only for who knows the password, and keeps none', async () => {
  const body = { email: `u-${randomUUID()}@example.test`, password: PASSWORD }
  const headers = { ...MODE, 'idempotency-key': randomUUID() }
  const [first, again] = [
    await post('/auth/register', { body, headers }),
    await post('/auth/register', { body, headers }),
  ]
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(cookieOf(again)!.value).not.toBe(cookieOf(first)!.value)
  const kept = await system.databases.auth.selectFrom('idempotency_keys').select('answer').execute()
  expect(JSON.stringify(kept)).not.toMatch(/cookie/i)
})

test('a refresh token that is used twice ends the session and removes the cookie', async () => {
  const { cookie } = await browser()
  const second = cookieOf(await post('/auth/refresh', { headers: withCookie(cookie) }))!.value
  await post('/auth/refresh', { headers: withCookie(second) })
  const reply = await post('/auth/refresh', { headers: withCookie(cookie) })
  expect(reply).toMatchObject({ status: 401, body: { code: 'auth.refresh_reused' } })
  expect(cookieOf(reply)?.value).toBe('')
})

describe('an API that is known as http://localhost', () => {
  let local: System
  beforeAll(async () => {
    local = await startSystem({ env: { PUBLIC_URL: 'http://localhost:3000' }, workers: [], relays: false })
  })
  afterAll(() => local.stop())

  test('has a cookie that browsers take there, for the paths that need it alone', async () => {
    const reply = await local.api.call('POST', '/auth/refresh', { headers: MODE })
    expect(reply.status).toBe(401)
    const { attributes } = cookieOf(reply, 'scenor_refresh')!
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=0', 'Path=/api/v1/auth', 'SameSite=Strict'])
  })
})
