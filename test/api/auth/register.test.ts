import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { PASSWORD, type Person, type Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

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

  describe('of what another account has', () => {
    const username = `name-${randomUUID().slice(0, 8)}`
    let first: Person
    beforeAll(async () => {
      first = await system.api.register({ username })
    })
    afterEach(async () => expect(await first.get('/auth/me')).toMatchObject({ status: 200 }))

    test('refuses the address, whatever its case', async () => {
      expect(await register({ email: first.email.toUpperCase(), password: PASSWORD })).toMatchObject({
        status: 409,
        body: { code: 'auth.email_taken' },
      })
    })

    test('refuses the username, whatever its case', async () => {
      expect(await register({ email: address(), password: PASSWORD, username: username.toUpperCase() })).toMatchObject({
        status: 409,
        body: { code: 'auth.username_taken' },
      })
    })
  })

  test('of three at once with one username makes one account, and leaves none half made', async () => {
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
      const kept = email.replace('пример.рф', 'xn--e1afmkfd.xn--p1ai')
      const reply = await register({ email, password: PASSWORD })
      expect(reply).toMatchObject({ status: 201, body: { user: { email: kept } } })
      expect(await register({ email: ` ${email.toUpperCase()} `, password: PASSWORD })).toMatchObject({ status: 409 })
    },
  )

  test('of 10 requests at once with one address makes one account', async () => {
    const email = address()
    const replies = await Promise.all(Array.from({ length: 10 }, () => register({ email, password: PASSWORD })))
    expect(replies.filter((r) => r.status === 201)).toHaveLength(1)
    expect(replies.filter((r) => r.body.code === 'auth.email_taken')).toHaveLength(9)
  })

  describe('with an Idempotency-Key', () => {
    const body = { email: address(), password: PASSWORD, username: `again-${randomUUID().slice(0, 8)}` }
    const headers = { 'idempotency-key': randomUUID() }
    let first: Reply
    beforeAll(async () => {
      first = await register(body, headers)
    })

    test('gives the same user and a new pair for the same body', async () => {
      const again = await register(Object.fromEntries(Object.entries(body).reverse()), headers)
      expect(again).toMatchObject({ status: 201, body: { user: first.body.user } })
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect(again.body.refresh_token).not.toBe(first.body.refresh_token)
    })

    test('refuses another body', async () => {
      expect(await register({ ...body, password: `${PASSWORD}!` }, headers)).toMatchObject({
        status: 422,
        body: { code: 'idempotency.key_reused' },
      })
    })
  })
})

describe('what is refused as a password', () => {
  test.each(['password123', 'PassWord1', 'Passw0rd!', '...qwertyui?', '12345678', 'qwertyui', 'йцукенгш', 'ПАРОЛЬ123'])(
    'the common %s',
    async (password) => {
      expect(await register({ email: address(), password })).toMatchObject({
        status: 422,
        body: { code: 'auth.password_weak', errors: [{ path: '/password' }] },
      })
    },
  )

  test('the account’s own words, with little added', async () => {
    const email = `ekaterina-${randomUUID()}@example.test`
    for (const [password, more] of [
      [email, {}],
      ['Ekaterina-1', {}],
      ['scenor-2026', {}],
      ['Вишневская77', { full_name: 'Анна Вишневская' }],
    ] as const)
      expect(await register({ email, password, ...more })).toMatchObject({ body: { code: 'auth.password_weak' } })
    expect(await register({ email, password: 'ekaterina drinks plum tea' })).toMatchObject({ status: 201 })
  })

  test('nothing that is merely unusual: 128 characters, spaces, other scripts', async () => {
    for (const password of ['я'.repeat(128), 'two  spaces and a ', '漢字漢字漢字漢字', '🐈🐈🐈🐈🐈🐈🐈🐈'])
      expect(await register({ email: address(), password })).toMatchObject({ status: 201 })
  })

  test('one of 129 characters as people count them', async () => {
    expect(await register({ email: address(), password: '🐈'.repeat(129) })).toMatchObject({
      status: 422,
      body: { code: 'validation.failed' },
    })
  })
})
