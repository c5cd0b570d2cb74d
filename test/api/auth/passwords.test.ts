import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { PASSWORD, type Person, type Reply } from '../../support/http.ts'
import { startMailServer, tokenIn, type MailServer } from '../../support/mail-server.ts'
import { securityEventsOf } from '../../support/security-events.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

const NEW = 'plum orbit kettle 92'

let server: MailServer
let system: System
beforeAll(async () => {
  server = await startMailServer()
  system = await startSystem({ env: { SMTP_URL: server.url } })
})
afterAll(async () => {
  await system.stop()
  await server[Symbol.asyncDispose]()
})

const VERIFY = /^(Confirm your address|Подтвердите адрес)$/
const RESET = /^(Set a new password|Новый пароль)$/
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  system.api.call('POST', path, { body, headers })
const forgot = (email: string, headers: Record<string, string> = {}) =>
  post('/auth/password/forgot', { email }, headers)
const reset = (token: string, password: string) => post('/auth/password/reset', { token, password })
const change = (person: Person, current_password: string, new_password: string) =>
  person.post('/auth/password/change', { current_password, new_password })
const login = (person: Person, password = PASSWORD) => post('/auth/login', { email: person.email, password })
const refresh = (refresh_token: string) => post('/auth/refresh', { refresh_token })
const me = (token: string) => system.api.call('GET', '/auth/me', { token })
const resetMail = async (person: Person, headers: Record<string, string> = {}) => {
  const after = server.mails.length
  expect(await forgot(person.email, headers)).toMatchObject({ status: 202, text: '' })
  return server.mailTo(person.email, after, RESET)
}
const resetToken = async (person: Person) => tokenIn(await resetMail(person))
const events = (person: Person, type: string) =>
  system.databases.auth.selectFrom('outbox').selectAll().where('key', '=', person.id).where('type', '=', type).execute()
const waitingMails = async () => {
  const rows = await system.databases.auth
    .selectFrom('letters')
    .select('id')
    .where('handed_over_at', 'is', null)
    .execute()
  return rows.length
}

describe('POST /auth/password/forgot', () => {
  let person: Person
  beforeAll(async () => {
    person = await system.api.register()
  })

  test('answers 422 with a pointer for what is no address', async () => {
    expect(await forgot('no address')).toMatchObject({ status: 422, body: { errors: [{ path: '/email' }] } })
  })

  test('answers a known and an unknown address alike', async () => {
    const headers = { 'x-request-id': 'the-same-id' }
    const known = await forgot(person.email.toUpperCase(), headers)
    const unknown = await forgot(`nobody-${randomUUID()}@example.test`, headers)
    // Each request leaves one less of the limit.
    const without = (h: Headers) => [...h].filter(([name]) => name !== 'date' && name !== 'ratelimit')
    expect([known.status, known.text, without(known.headers)]).toEqual([202, '', without(unknown.headers)])
    expect(unknown).toMatchObject({ status: 202, text: '' })
  })

  test('leads to the configured address whatever Host the request names', async () => {
    const visitor = await system.api.register()
    const mail = await resetMail(visitor, { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' })
    expect(mail.text).not.toContain('evil.example')
  })
})

describe('POST /auth/password/reset', () => {
  test.each(['', 'unknown'])('refuses a token that is none: “%s”', async (token) => {
    expect(await reset(token, NEW)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
  })

  test('refuses the token of another mail', async () => {
    const person = await system.api.register()
    const verifying = tokenIn(await server.mailTo(person.email, 0, VERIFY))
    expect(await reset(verifying, NEW)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
  })

  test.each([
    ['a short password', 'seven77', { code: 'validation.failed', errors: [{ path: '/password' }] }],
    ['a common password', 'password123', { code: 'auth.password_weak' }],
  ])('answers 422 for %s, and the token holds on', async (_, password, body) => {
    const token = await resetToken(await system.api.register())
    expect(await reset(token, password)).toMatchObject({ status: 422, body })
    expect(await reset(token, NEW)).toMatchObject({ status: 204 })
  })

  describe('with the token of the mail', () => {
    let person: Person
    let token: string
    let after: number
    let done: Reply
    beforeAll(async () => {
      person = await system.api.register()
      token = await resetToken(person)
      after = server.mails.length
      done = await reset(token, NEW)
    })

    test('sets the new password instead of the old one', async () => {
      expect(done).toMatchObject({ status: 204, text: '' })
      expect(await login(person, PASSWORD)).toMatchObject({ status: 401 })
      expect(await login(person, NEW)).toMatchObject({ status: 200 })
    })

    test('ends all sessions', async () => {
      expect(await person.get('/auth/me')).toMatchObject({ status: 401 })
      expect(await refresh(person.refresh_token)).toMatchObject({ status: 401 })
    })

    test('takes it once', async () => {
      expect(await reset(token, `${NEW} again`)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
    })

    test('tells the bus, and the person by one mail', async () => {
      expect(await events(person, 'user_password_changed')).toHaveLength(1)
      const changed = (m: { to: string; subject: string }) =>
        m.to === person.email && m.subject === 'Your password was changed'
      await until(() => server.mails.slice(after).some(changed))
      // A second teller would have promised its mail with the change.
      await until(async () => (await waitingMails()) === 0)
      expect(server.mails.slice(after).filter(changed)).toHaveLength(1)
    })
  })

  test('of several requests at once with one token lets one through', async () => {
    const token = await resetToken(await system.api.register())
    const replies = await Promise.all([1, 2, 3].map((n) => reset(token, `${NEW} ${n}`)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400])
  })
})

describe('POST /auth/password/change', () => {
  describe('refuses', () => {
    const username = `voronin-${randomUUID().slice(0, 8)}`
    let person: Person
    beforeAll(async () => {
      person = await system.api.register({ username, full_name: 'Пётр Воронин' })
    })

    test('who has no token', async () => {
      expect(await post('/auth/password/change', {})).toMatchObject({ status: 401 })
    })

    test('a body without its fields', async () => {
      expect(await person.post('/auth/password/change', {})).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/current_password' }, { path: '/new_password' }] },
      })
    })

    test('a short password', async () => {
      expect(await change(person, PASSWORD, 'seven77')).toMatchObject({
        status: 422,
        body: { code: 'validation.failed' },
      })
    })

    test('a common password', async () => {
      expect(await change(person, PASSWORD, 'password123')).toMatchObject({
        status: 422,
        body: { code: 'auth.password_weak', errors: [{ path: '/new_password' }] },
      })
    })

    test('the account’s own words, with little added', async () => {
      for (const word of [`${username}!`, 'Воронин-77', `${person.email}1`])
        expect(await change(person, PASSWORD, word)).toMatchObject({
          status: 422,
          body: { code: 'auth.password_weak', errors: [{ path: '/new_password' }] },
        })
    })

    test('a wrong current password, which is recorded', async () => {
      expect(await change(person, 'wrong password', 'plum orbit kettle')).toMatchObject({
        status: 400,
        body: { code: 'auth.password_wrong' },
      })
      expect(await securityEventsOf(system, person)).toEqual(['password_change_failed'])
    })

    test('all of these and leaves the password as it was', async () => {
      expect(await login(person)).toMatchObject({ status: 200 })
      expect(await securityEventsOf(system, person)).toEqual(['password_change_failed', 'login'])
    })
  })

  describe('with the current password', () => {
    let person: Person
    let other: Reply['body']
    let done: Reply
    beforeAll(async () => {
      person = await system.api.register()
      other = (await login(person)).body
      done = await change(person, PASSWORD, 'plum orbit kettle')
    })

    test('sets the new one instead of it', async () => {
      expect(done).toMatchObject({ status: 204 })
      expect(await login(person)).toMatchObject({ status: 401 })
      expect(await login(person, 'plum orbit kettle')).toMatchObject({ status: 200 })
    })

    test('ends the other sessions', async () => {
      expect(await me(other.access_token)).toMatchObject({ status: 401 })
      expect(await refresh(other.refresh_token)).toMatchObject({ status: 401 })
    })

    test('keeps this session', async () => {
      expect(await person.get('/auth/me')).toMatchObject({ status: 200 })
    })

    test('tells by an event and a record, and by no account mail', async () => {
      expect(await events(person, 'user_password_changed')).toHaveLength(1)
      expect(await securityEventsOf(system, person)).toContain('password_changed')
      const mails = await system.databases.auth
        .selectFrom('letters')
        .select('kind')
        .where('account_id', '=', person.id)
        .execute()
      // The notification is the mail: an account mail besides would tell it twice.
      expect(mails).toEqual([{ kind: 'verify_email' }])
    })
  })

  test('of several at once with one old password lets exactly one through', async () => {
    const person = await system.api.register()
    const words = ['plum orbit kettle 1', 'plum orbit kettle 2', 'plum orbit kettle 3']
    const replies = await Promise.all(words.map((word) => change(person, PASSWORD, word)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400])
    const winner = words[replies.findIndex((r) => r.status === 204)] as string
    expect(await login(person, winner)).toMatchObject({ status: 200 })
  })
})
