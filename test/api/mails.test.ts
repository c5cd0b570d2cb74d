import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../support/http.ts'
import { startMailServer, tokenIn, type MailServer } from '../support/mail-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const BOSS = `boss-${randomUUID()}@example.test`
const NEW = 'plum orbit kettle 92'

let server: MailServer
let system: System
beforeAll(async () => {
  server = await startMailServer()
  system = await startSystem({
    env: { SMTP_URL: server.url, ADMIN_EMAILS: ` ${BOSS.toUpperCase()} , x@example.test` },
  })
})
afterAll(async () => {
  await system.stop()
  await server[Symbol.asyncDispose]()
})

const VERIFY = /^(Confirm your address|Подтвердите адрес)$/
const RESET = /^(Set a new password|Новый пароль)$/
/** Somebody whose first mails have come: what a test plans for the server is for the mails after them. */
const register = async (extra: Record<string, unknown> = {}): Promise<Person> => {
  const person = await system.api.register(extra)
  await server.mailTo(person.email, 0, VERIFY)
  await server.mailTo(person.email, 0, /^(Welcome|Добро пожаловать)$/)
  return person
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  system.api.call('POST', path, { body, headers })
const verify = (token: unknown) => post('/auth/verify-email', { token })
const reset = (token: string, password: string) => post('/auth/password/reset', { token, password })
const login = (email: string, password: string) => post('/auth/login', { email, password })
const eventsOf = async (person: Person) => {
  const rows = await system.databases.auth.selectFrom('outbox').select('type').where('key', '=', person.id).execute()
  return rows.map((row) => row.type)
}
const waitingLetters = async () => {
  const rows = await system.databases.auth
    .selectFrom('letters')
    .select('id')
    .where('handed_over_at', 'is', null)
    .execute()
  return rows.length
}
/** The token of the next mail of that kind; `after` mails were there before. */
const resetToken = async (person: Person) => {
  const after = server.mails.length
  expect(await post('/auth/password/forgot', { email: person.email })).toMatchObject({ status: 202, text: '' })
  return tokenIn(await server.mailTo(person.email, after, RESET))
}

describe('POST /auth/verify-email', () => {
  test.each([
    [{}, '/token'],
    [{ token: 1 }, '/token'],
    [{ token: 'x', email: 'y' }, '/email'],
  ])('answers 422 with a pointer for %j', async (body, path) => {
    expect(await post('/auth/verify-email', body)).toMatchObject({ status: 422, body: { errors: [{ path }] } })
  })

  test('takes the token of the mail once, whoever is signed in, and tells by an event', async () => {
    const person = await register({ locale: 'en' })
    const mail = await server.mailTo(person.email, 0, VERIFY)
    expect(mail.subject).toBe('Confirm your address')
    expect(mail.text).toContain('http://api.test/verify-email?token=')
    const token = tokenIn(mail)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const stored = await system.databases.auth.selectFrom('one_time_tokens').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(await verify(`${token}x`)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
    expect((await person.get('/auth/me')).body.email_verified).toBe(false)
    expect(await verify(token)).toMatchObject({ status: 204 })
    expect((await person.get('/auth/me')).body).toMatchObject({ email_verified: true, roles: ['user'] })
    expect(await verify(token)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
    expect((await eventsOf(person)).filter((type) => type === 'user_verified')).toHaveLength(1)
  })

  test('refuses an expired token and one for a reset; of several requests at once one succeeds', async () => {
    const person = await register()
    const token = tokenIn(await server.mailTo(person.email, 0, VERIFY))
    expect(await verify(await resetToken(person))).toMatchObject({ status: 400 })
    await sql`update one_time_tokens set expires_at = clock_timestamp() where account_id = ${person.id}`.execute(
      system.databases.auth,
    )
    expect(await verify(token)).toMatchObject({ status: 400 })
    await sql`update one_time_tokens set expires_at = clock_timestamp() + interval '1 minute' where account_id = ${person.id}`.execute(
      system.databases.auth,
    )
    const replies = await Promise.all([1, 2, 3, 4].map(() => verify(token)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400, 400])
  })

  test('makes an admin of an address of the operators’ list, but only once it is verified', async () => {
    const boss = await register({ email: BOSS })
    const [person, stranger] = [await register(), await register()]
    expect((await boss.get('/auth/me')).body.roles).toEqual(['user'])
    expect(await boss.put(`/users/${person.id}`, {})).toMatchObject({ status: 403 })
    await verify(tokenIn(await server.mailTo(BOSS, 0, VERIFY)))
    expect((await boss.get('/auth/me')).body.roles).toEqual(['user', 'admin'])
    expect(await boss.put(`/users/${person.id}`, { bio: 'by the admin' })).toMatchObject({
      status: 200,
      body: { email: person.email, bio: 'by the admin' },
    })
    expect(await stranger.put(`/users/${person.id}`, {})).toMatchObject({ status: 403 })
    const acts = await system.databases.auth
      .selectFrom('security_events')
      .select('kind')
      .where('account_id', '=', boss.id)
      .execute()
    expect(acts.map((a) => a.kind)).toContain('role_changed')
  })
})

describe('POST /auth/verify-email/resend', () => {
  test('needs a token; sends another link, and the first one holds too', async () => {
    expect(await post('/auth/verify-email/resend', undefined)).toMatchObject({ status: 401 })
    const person = await register({ locale: 'ru' })
    const first = await server.mailTo(person.email, 0, VERIFY)
    expect(first.subject).toBe('Подтвердите адрес')
    const after = server.mails.length
    expect(await person.post('/auth/verify-email/resend')).toMatchObject({ status: 202 })
    const second = await server.mailTo(person.email, after, VERIFY)
    expect(tokenIn(second)).not.toBe(tokenIn(first))
    expect(await verify(tokenIn(first))).toMatchObject({ status: 204 })
    expect(await verify(tokenIn(second))).toMatchObject({ status: 400 })
  })

  test('promises one letter for one Idempotency-Key, and none once verified', async () => {
    const person = await register()
    const letters = () =>
      system.databases.auth
        .selectFrom('letters')
        .select('id')
        .where('account_id', '=', person.id)
        .where('kind', '=', 'verify_email')
        .execute()
    const headers = { 'idempotency-key': randomUUID() }
    await person.post('/auth/verify-email/resend', undefined, { headers })
    const again = await person.post('/auth/verify-email/resend', undefined, { headers })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await letters()).toHaveLength(2)
    await verify(tokenIn(await server.mailTo(person.email, 0, VERIFY)))
    expect(await person.post('/auth/verify-email/resend')).toMatchObject({ status: 202 })
    expect(await letters()).toHaveLength(2)
  })
})

describe('a forgotten password', () => {
  test('POST /auth/password/forgot answers a known and an unknown address alike', async () => {
    const person = await register()
    const headers = { 'x-request-id': 'the-same-id' }
    const known = await post('/auth/password/forgot', { email: person.email.toUpperCase() }, headers)
    const unknown = await post('/auth/password/forgot', { email: `nobody-${randomUUID()}@example.test` }, headers)
    const without = (h: Headers) => [...h].filter(([name]) => name !== 'date')
    expect([known.status, known.text, without(known.headers)]).toEqual([202, '', without(unknown.headers)])
    expect(unknown).toMatchObject({ status: 202, text: '' })
    expect(await post('/auth/password/forgot', { email: 'no address' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/email' }] },
    })
  })

  test('is replaced with the token of the mail: all sessions end, the old password too, and the person is told', async () => {
    const person = await register()
    await server.mailTo(person.email, 0, VERIFY)
    const token = await resetToken(person)
    expect(await reset(token, 'seven77')).toMatchObject({
      status: 422,
      body: { code: 'validation.failed', errors: [{ path: '/password' }] },
    })
    expect(await reset(token, 'password123')).toMatchObject({ status: 422, body: { code: 'auth.password_weak' } })
    const after = server.mails.length
    expect(await reset(token, NEW)).toMatchObject({ status: 204, text: '' })
    expect(await person.get('/auth/me')).toMatchObject({ status: 401 })
    expect(await post('/auth/refresh', { refresh_token: person.refresh_token })).toMatchObject({ status: 401 })
    expect(await login(person.email, PASSWORD)).toMatchObject({ status: 401 })
    expect(await login(person.email, NEW)).toMatchObject({ status: 200 })
    expect(await reset(token, `${NEW} again`)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
    expect(await eventsOf(person)).toContain('user_password_changed')
    const changed = (m: { to: string; subject: string }) =>
      m.to === person.email && m.subject === 'Your password was changed'
    await until(() => server.mails.slice(after).some(changed))
    // A second teller would have promised its letter with the change.
    await until(async () => (await waitingLetters()) === 0)
    expect(server.mails.slice(after).filter(changed)).toHaveLength(1)
  })

  test('needs a token that lives, and of several requests at once one succeeds', async () => {
    const person = await register()
    const verifying = tokenIn(await server.mailTo(person.email, 0, VERIFY))
    for (const token of ['', 'unknown', verifying])
      expect(await reset(token, NEW)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
    const token = await resetToken(person)
    const replies = await Promise.all([1, 2, 3].map((n) => reset(token, `${NEW} ${n}`)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400])
  })

  test('leads to the configured address whatever Host the request names', async () => {
    const person = await register()
    const after = server.mails.length
    await post(
      '/auth/password/forgot',
      { email: person.email },
      { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    )
    const mail = await server.mailTo(person.email, after, RESET)
    expect(mail.text).not.toContain('evil.example')
  })
})

describe('the mail server', () => {
  test.each(['later', 'disconnect'] as const)(
    'may fail (%s): the letter is sent when it is back',
    async (behaviour) => {
      const person = await register()
      await server.mailTo(person.email, 0, VERIFY)
      server.plan(behaviour, behaviour)
      expect(
        await verify(
          await (async () => {
            const after = server.mails.length
            await person.post('/auth/verify-email/resend')
            return tokenIn(await server.mailTo(person.email, after, VERIFY))
          })(),
        ),
      ).toMatchObject({ status: 204 })
    },
  )

  test('takes a mail and dies before it says so: the mail comes twice under one Message-ID, and both links hold', async () => {
    const person = await register()
    await server.mailTo(person.email, 0, VERIFY)
    const after = server.mails.length
    server.plan('take_and_disconnect')
    await person.post('/auth/verify-email/resend')
    const first = await server.mailTo(person.email, after, VERIFY)
    const second = await server.mailTo(person.email, server.mails.indexOf(first) + 1, VERIFY)
    const id = (raw: string) => /^Message-ID: (.*)$/im.exec(raw)?.[1]
    expect(id(second.raw)).toBe(id(first.raw))
    expect(await verify(tokenIn(first))).toMatchObject({ status: 204 })
  })

  test('may refuse for good: nothing of the address is in the failure', async () => {
    const person = await register()
    await server.mailTo(person.email, 0, VERIFY)
    server.plan('refuse')
    await person.post('/auth/verify-email/resend')
    const letter = await system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', person.id)
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow()
    const failure = await ended(`mail-${letter.id}`)
    expect(String(failure?.cause?.cause?.message)).toBe('SMTP 550')
    const history = JSON.stringify(await system.temporal.workflow.getHandle(`mail-${letter.id}`).fetchHistory())
    expect(history).not.toContain(person.email)
  })
})

/** How a workflow failed, waited for until it exists. */
async function ended(id: string): Promise<{ cause?: { cause?: Error } } | undefined> {
  const { outcome } = await until(async () => {
    const outcome = await system.temporal.workflow
      .getHandle(id)
      .result()
      .then(
        () => undefined,
        (error: unknown) => error as Error,
      )
    return outcome?.name !== 'WorkflowNotFoundError' && { outcome }
  })
  return outcome as { cause?: { cause?: Error } } | undefined
}

test('without a mail server the mail is kept, marked not sent, and its link works', async () => {
  const lonely = await startSystem()
  try {
    const person = await lonely.api.register({ locale: 'ru' })
    const mail = await until(() =>
      lonely.databases.notifications
        .selectFrom('mails')
        .selectAll()
        .where('account_id', '=', person.id)
        .where('kind', '=', 'verify_email')
        .executeTakeFirst(),
    )
    expect(mail).toMatchObject({ status: 'not_sent', address: person.email, subject: 'Подтвердите адрес' })
    const token = /token=([\w-]+)/.exec(mail.text ?? '')?.[1]
    expect(await lonely.api.call('POST', '/auth/verify-email', { body: { token } })).toMatchObject({ status: 204 })
  } finally {
    await lonely.stop()
  }
})

test('an erasure that was asked for is told at once, in the list and by mail, however often it is asked for', async () => {
  const person = await register({ locale: 'en' })
  const after = server.mails.length
  const { body: operation } = await person.delete(`/users/${person.id}`)
  expect((await person.delete(`/users/${person.id}`)).body.id).toBe(operation.id)
  const told = (m: { to: string; subject: string }) =>
    m.to === person.email && m.subject === 'Your account will be erased'
  await until(() => server.mails.slice(after).some(told))
  const { items } = (await person.get('/notifications')).body
  expect(items.filter((n: { topic: string }) => n.topic === 'account')).toMatchObject([
    { title: 'Your account will be erased' },
  ])
  expect(await eventsOf(person)).toContain('user_erasure_scheduled')
  expect(server.mails.slice(after).filter(told)).toHaveLength(1)
  expect((await person.post(`/operations/${operation.id}/cancel`)).status).toBeLessThan(300)
})

test('addresses and tokens stand in no log', async () => {
  const person = await register()
  const token = tokenIn(await server.mailTo(person.email, 0, VERIFY))
  await verify(token)
  const logs = system.logs.join('\n')
  expect(logs.length).toBeGreaterThan(0)
  for (const secret of [person.email, token, PASSWORD, person.token, person.refresh_token])
    expect(logs).not.toContain(secret)
})
