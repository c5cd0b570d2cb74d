import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const address = () => `u-${randomUUID()}@example.test`
/** Whether these open the account. */
const opens = async ({ email, password }: Person, typed = password) =>
  (await system.api.call('POST', '/auth/login', { body: { email, password: typed } })).status === 200

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

test('a password is taken whole: without its last character it is another one', async () => {
  const password = `${'long phrase with spaces '.repeat(5)}end`
  const person = await system.api.register({ password })
  expect(await opens(person, password.slice(0, -1))).toBe(false)
  expect(await opens(person)).toBe(true)
})

test('a hash of older parameters is made anew at the next login, and only then', async () => {
  const person = await system.api.register()
  const hashOf = async () =>
    (
      await system.databases.auth
        .selectFrom('accounts')
        .select('password_hash')
        .where('id', '=', person.id)
        .executeTakeFirstOrThrow()
    ).password_hash
  const { hash, argon2id } = await import('argon2')
  const older = await hash(PASSWORD, {
    type: argon2id,
    memoryCost: 8192,
    timeCost: 1,
    parallelism: 1,
    secret: system.keys.peppers[0].secret,
  })
  await system.databases.auth
    .updateTable('accounts')
    .set({ password_hash: older })
    .where('id', '=', person.id)
    .execute()
  await system.api.call('POST', '/auth/login', { body: { email: person.email, password: 'wrong' } })
  expect(await hashOf()).toBe(older)
  expect(await opens(person)).toBe(true)
  const newer = await hashOf()
  expect(newer).toContain('m=19456,p=1,t=2')
  expect(await opens(person)).toBe(true)
  expect(await hashOf()).toBe(newer)
})

test('a stored hash that would take all memory is answered like a wrong password', async () => {
  const person = await system.api.register()
  await sql`update accounts set password_hash = regexp_replace(password_hash, 'm=19456', 'm=4000000') where id = ${person.id}`.execute(
    system.databases.auth,
  )
  const reply = await system.api.call('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } })
  expect(reply).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } })
})

describe('a login', () => {
  test('is told by an event when it succeeds', async () => {
    const person = await system.api.register()
    expect(await opens(person)).toBe(true)
    const told = await system.databases.auth
      .selectFrom('outbox')
      .select('id')
      .where('key', '=', person.id)
      .where('type', '=', 'user_logged_in')
      .execute()
    expect(told).toHaveLength(1)
  })

  test('is recorded whether it succeeds or fails, with the network and not the address', async () => {
    const person = await system.api.register()
    for (const password of [PASSWORD, 'wrong']) await opens(person, password)
    const rows = await system.databases.auth
      .selectFrom('security_events')
      .selectAll()
      .where('account_id', '=', person.id)
      .orderBy('id')
      .execute()
    expect(rows.map((r) => [r.kind, r.ip_prefix])).toEqual([
      ['login', '127.0.0.0/24'],
      ['login_failed', '127.0.0.0/24'],
    ])
  })

  test.each(["update security_events set kind = 'x'", 'delete from security_events'])(
    'stays recorded: the database refuses to %s',
    async (statement) => {
      await opens(await system.api.register())
      await expect(sql.raw(statement).execute(system.databases.auth)).rejects.toThrow('append-only')
    },
  )
})
