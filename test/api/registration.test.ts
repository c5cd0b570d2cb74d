import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { PASSWORD } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const address = () => `u-${randomUUID()}@example.test`
const register = (body: unknown, headers: Record<string, string> = {}) =>
  system.api.call('POST', '/auth/register', { body, headers })

describe('POST /auth/register', () => {
  test('makes an account that is signed in and can sign in again', async () => {
    const email = address()
    const reply = await register({
      email,
      password: PASSWORD,
      full_name: '  Анна  ',
      username: `anna-${randomUUID().slice(0, 8)}`,
      locale: 'ru-ru',
    })
    expect(reply).toMatchObject({
      status: 201,
      body: {
        token_type: 'Bearer',
        expires_in: 600,
        user: { email, email_verified: false, full_name: 'Анна', locale: 'ru-RU', roles: ['user'] },
      },
    })
    expect(reply.headers.get('location')).toBe(`/api/v1/users/${reply.body.user.id}`)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.text).not.toContain('password')
    const login = await system.api.call('POST', '/auth/login', {
      body: { email: email.toUpperCase(), password: PASSWORD },
    })
    expect(login).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 600 } })
    const me = await system.api.call('GET', '/auth/me', { token: login.body.access_token })
    expect(me.body).toEqual(reply.body.user)
  })

  test('keeps a phone number in E.164 in the profile, and no longer in the account', async () => {
    const person = await system.api.register({ phone_number: '8 916 123-45-67' })
    const profile = await system.databases.users
      .selectFrom('profiles')
      .select('phone_number')
      .where('id', '=', person.id)
      .executeTakeFirstOrThrow()
    const account = await system.databases.auth
      .selectFrom('accounts')
      .select('phone_number')
      .where('id', '=', person.id)
      .executeTakeFirstOrThrow()
    expect([profile.phone_number, account.phone_number]).toEqual(['+79161234567', null])
  })

  test('refuses a taken address whatever its case, and a taken username, and frees nothing of the first', async () => {
    const username = `name-${randomUUID().slice(0, 8)}`
    const first = await system.api.register({ username })
    expect(await register({ email: first.email.toUpperCase(), password: PASSWORD })).toMatchObject({
      status: 409,
      body: { code: 'auth.email_taken' },
    })
    expect(await register({ email: address(), password: PASSWORD, username: username.toUpperCase() })).toMatchObject({
      status: 409,
      body: { code: 'auth.username_taken' },
    })
    expect(await first.get('/auth/me')).toMatchObject({ status: 200 })
  })

  test('gives up when the username is taken in between, and the address is free again', async () => {
    const email = address()
    const names = await Promise.all(
      [1, 2, 3].map(() => register({ email: address(), password: PASSWORD, username: `same-${email.slice(2, 10)}` })),
    )
    expect(names.map((r) => r.status).toSorted()).toEqual([201, 409, 409])
    const loser = await system.databases.auth
      .selectFrom('accounts')
      .select('id')
      .where('status', '=', 'pending')
      .execute()
    expect(loser).toEqual([])
  })

  test.each([
    ['an address without @', { email: 'nobody', password: PASSWORD }, '/email'],
    ['a full-width @', { email: 'a＠example.test', password: PASSWORD }, '/email'],
    ['a line break in the address', { email: 'a@example.test\r\nBcc: b@example.test', password: PASSWORD }, '/email'],
    ['an address of one label', { email: 'a@example', password: PASSWORD }, '/email'],
    ['two dots in the domain', { email: 'a@example..test', password: PASSWORD }, '/email'],
    ['a sign at the end of the domain', { email: 'a@example.test>', password: PASSWORD }, '/email'],
    ['a number for a domain', { email: 'a@127.0.0.1', password: PASSWORD }, '/email'],
    ['an address that is no text', { email: ['a@example.test'], password: PASSWORD }, '/email'],
    ['a short password', { email: 'a@example.test', password: 'seven77' }, '/password'],
    ['a password of 129 characters', { email: 'a@example.test', password: 'x'.repeat(129) }, '/password'],
    ['no password', { email: 'a@example.test' }, '/password'],
    ['a field of ours', { email: 'a@example.test', password: PASSWORD, roles: ['admin'] }, '/roles'],
    [
      'a phone number that is none',
      { email: 'a@example.test', password: PASSWORD, phone_number: '12' },
      '/phone_number',
    ],
    ['a locale that is none', { email: 'a@example.test', password: PASSWORD, locale: '!' }, '/locale'],
  ])('answers 422 with a pointer for %s', async (_, body, path) => {
    expect(await register(body)).toMatchObject({ status: 422, body: { code: 'validation.failed', errors: [{ path }] } })
  })

  test.each(["o'neil+tag@example.test", 'x.y-z_1@sub.example.co', 'почта@пример.рф', 'a@xn--e1afmkfd.xn--p1ai'])(
    'takes the address %s, which another account cannot have',
    async (email) => {
      expect(await register({ email, password: PASSWORD })).toMatchObject({ status: 201, body: { user: { email } } })
      expect(await register({ email: ` ${email.toUpperCase()} `, password: PASSWORD })).toMatchObject({ status: 409 })
    },
  )

  test('of 10 requests at once with one address makes one account', async () => {
    const email = address()
    const replies = await Promise.all(Array.from({ length: 10 }, () => register({ email, password: PASSWORD })))
    expect(replies.filter((r) => r.status === 201)).toHaveLength(1)
    expect(replies.filter((r) => r.body.code === 'auth.email_taken')).toHaveLength(9)
  })

  test('gives the same user and a new pair for the same Idempotency-Key, and refuses it with another body', async () => {
    const body = { email: address(), password: PASSWORD, username: `again-${randomUUID().slice(0, 8)}` }
    const headers = { 'idempotency-key': randomUUID() }
    const first = await register(body, headers)
    const again = await register(Object.fromEntries(Object.entries(body).reverse()), headers)
    expect(again).toMatchObject({ status: 201, body: { user: first.body.user } })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.body.refresh_token).not.toBe(first.body.refresh_token)
    expect(await register({ ...body, password: `${PASSWORD}!` }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    })
  })
})

describe('POST /auth/login', () => {
  test('answers an unknown address and a wrong password alike', async () => {
    const person = await system.api.register()
    const login = (body: unknown) =>
      system.api.call('POST', '/auth/login', { body, headers: { 'x-request-id': 'the-same-id' } })
    const wrong = await login({ email: person.email, password: 'not the password' })
    const unknown = await login({ email: address(), password: 'not the password' })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } })
    expect(unknown.text).toBe(wrong.text)
  })

  test('says how to do better with every 401', async () => {
    const reply = await system.api.call('POST', '/auth/login', { body: { email: address(), password: 'wrong' } })
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('takes the same characters typed otherwise for the same password', async () => {
    // Vietnamese letters are three code points each when they are taken apart: 128 of them are not too long.
    for (const password of ['caf\u00e9 plum orbit', `${'\u1ed3'.repeat(120)} kettle!`]) {
      const person = await system.api.register({ password: password.normalize('NFD') })
      const body = { email: person.email, password: password.normalize('NFC') }
      expect(await system.api.call('POST', '/auth/login', { body })).toMatchObject({ status: 200 })
    }
  })
})

describe('GET /auth/me', () => {
  test.each([undefined, 'Bearer', 'Bearer %', 'Bearer a.b.c', 'Basic eA=='])(
    'answers 401 with WWW-Authenticate for Authorization: %s',
    async (authorization) => {
      const reply = await system.api.call('GET', '/auth/me', {
        headers: authorization === undefined ? {} : { authorization },
      })
      expect(reply).toMatchObject({ status: 401 })
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
    },
  )
})
