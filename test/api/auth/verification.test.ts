import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../../support/http.ts'
import { startMailServer, tokenIn, type MailServer, type ReceivedMail } from '../../support/mail-server.ts'
import { securityEventsOf } from '../../support/security-events.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'
import { until } from '../../support/until.ts'

const BOSS = `boss-${randomUUID()}@example.test`

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
/** Somebody whose first mail has come: what a test plans for the server is for the mails after it. */
const register = async (extra: Record<string, unknown> = {}): Promise<Person> => {
  const person = await system.api.register(extra)
  await server.mailTo(person.email, 0, VERIFY)
  return person
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  system.api.call('POST', path, { body, headers })
const verify = (person: Person, token: unknown) => person.post('/auth/verify-email', { token })
const eventsOf = async (person: Person) => {
  const rows = await system.databases.auth.selectFrom('outbox').select('type').where('key', '=', person.id).execute()
  return rows.map((row) => row.type)
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

  describe('with the token of the mail', () => {
    let person: Person
    let mail: ReceivedMail
    let token: string
    beforeAll(async () => {
      person = await register({ locale: 'en' })
      mail = await server.mailTo(person.email, 0, VERIFY)
      token = tokenIn(mail)
    })

    test('finds it behind a link to the configured address', () => {
      expect(mail.subject).toBe('Confirm your address')
      expect(mail.text).toContain('http://api.test/studio#/verify-email/')
      expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    })

    test('has not stored it in readable form', async () => {
      const stored = await system.databases.auth.selectFrom('one_time_tokens').selectAll().execute()
      expect(JSON.stringify(stored)).not.toContain(token)
    })

    test('refuses it with a character more, and the address stays unproven', async () => {
      expect(await verify(person, `${token}x`)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
      expect((await person.get('/auth/me')).body.email_verified).toBe(false)
    })

    test('proves the address', async () => {
      expect(await verify(person, token)).toMatchObject({ status: 204 })
      expect((await person.get('/auth/me')).body).toMatchObject({ email_verified: true, roles: ['user'] })
    })

    test('takes it once, and tells it once by an event', async () => {
      expect(await verify(person, token)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
      expect((await eventsOf(person)).filter((type) => type === 'user_verified')).toHaveLength(1)
    })
  })

  describe('with a token that', () => {
    let person: Person
    let token: string
    beforeAll(async () => {
      person = await register()
      token = tokenIn(await server.mailTo(person.email, 0, VERIFY))
    })
    const endsIn = (interval: string) =>
      sql`update one_time_tokens set expires_at = clock_timestamp() + ${interval}::interval where account_id = ${person.id}`.execute(
        system.databases.auth,
      )

    test('is for a new password, is 400', async () => {
      expect(await verify(person, await resetToken(person))).toMatchObject({ status: 400 })
    })

    test('has expired, is 400', async () => {
      await endsIn('0 minutes')
      expect(await verify(person, token)).toMatchObject({ status: 400 })
    })

    test('comes four times at once, lets one through', async () => {
      await endsIn('1 minute')
      const replies = await Promise.all([1, 2, 3, 4].map(() => verify(person, token)))
      expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400, 400])
    })
  })

  describe('of an address of the operators’ list', () => {
    let boss: Person, person: Person, stranger: Person
    beforeAll(async () => {
      ;[boss, person, stranger] = [await register({ email: BOSS }), await register(), await register()]
    })

    test('makes no admin before it is proven', async () => {
      expect((await boss.get('/auth/me')).body.roles).toEqual(['user'])
      expect(await boss.put(`/users/${person.id}`, {})).toMatchObject({ status: 403 })
    })

    test('makes an admin, who may change other people', async () => {
      await verify(boss, tokenIn(await server.mailTo(BOSS, 0, VERIFY)))
      expect((await boss.get('/auth/me')).body.roles).toEqual(['user', 'admin'])
      expect(await boss.put(`/users/${person.id}`, { bio: 'by the admin' })).toMatchObject({
        status: 200,
        body: { email: person.email, bio: 'by the admin' },
      })
    })

    test('makes nobody else one', async () => {
      expect(await stranger.put(`/users/${person.id}`, {})).toMatchObject({ status: 403 })
    })

    test('is recorded', async () => {
      expect(await securityEventsOf(system, boss)).toContain('role_changed')
    })
  })
})

describe('POST /auth/verify-email/resend', () => {
  test('needs a token', async () => {
    expect(await post('/auth/verify-email/resend', undefined)).toMatchObject({ status: 401 })
  })

  test('sends another link in the person’s language, and each of both holds until one is followed', async () => {
    const person = await register({ locale: 'ru' })
    const first = await server.mailTo(person.email, 0, VERIFY)
    expect(first.subject).toBe('Подтвердите адрес')
    const after = server.mails.length
    expect(await person.post('/auth/verify-email/resend')).toMatchObject({ status: 202 })
    const second = await server.mailTo(person.email, after, VERIFY)
    expect(tokenIn(second)).not.toBe(tokenIn(first))
    expect(await verify(person, tokenIn(first))).toMatchObject({ status: 204 })
    expect(await verify(person, tokenIn(second))).toMatchObject({ status: 400 })
  })

  const accountMails = (person: Person) =>
    system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'verify_email')
      .execute()

  test('promises one mail for one Idempotency-Key', async () => {
    const person = await register()
    const headers = { 'idempotency-key': randomUUID() }
    await person.post('/auth/verify-email/resend', undefined, { headers })
    const again = await person.post('/auth/verify-email/resend', undefined, { headers })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await accountMails(person)).toHaveLength(2)
  })

  test('promises none once the address is proven', async () => {
    const person = await register()
    await verify(person, tokenIn(await server.mailTo(person.email, 0, VERIFY)))
    expect(await person.post('/auth/verify-email/resend')).toMatchObject({ status: 202 })
    expect(await accountMails(person)).toHaveLength(1)
  })
})

describe('the mail server', () => {
  // Of one that it has the text of nobody knows what became: that goes out once more.
  test.each([
    [['later', 'later', 'later']],
    [['hang_up_early', 'hang_up_early', 'hang_up_early']],
    [['later', 'disconnect']],
  ] as const)('may fail (%j): the mail is sent when it is back', async (behaviours) => {
    const person = await register()
    await server.mailTo(person.email, 0, VERIFY)
    server.plan(...behaviours)
    expect(
      await verify(
        person,
        await (async () => {
          const after = server.mails.length
          await person.post('/auth/verify-email/resend')
          return tokenIn(await server.mailTo(person.email, after, VERIFY))
        })(),
      ),
    ).toMatchObject({ status: 204 })
  })

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
    expect(await verify(person, tokenIn(first))).toMatchObject({ status: 204 })
  })

  test('may refuse for good: nothing of the address is in the failure', async () => {
    const person = await register()
    await server.mailTo(person.email, 0, VERIFY)
    server.plan('refuse')
    await person.post('/auth/verify-email/resend')
    const mail = await system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', person.id)
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow()
    const failure = await ended(`mail-${mail.id}`)
    expect(String(failure?.cause?.cause?.message)).toBe('SMTP 550')
    const history = JSON.stringify(await system.temporal.workflow.getHandle(`mail-${mail.id}`).fetchHistory())
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

test('an erasure that was asked for is told at once, in the list and by mail, however often it is asked for', async () => {
  const person = await proven(system, await register({ locale: 'en' }))
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
  await verify(person, token)
  const logs = system.logs.join('\n')
  expect(logs.length).toBeGreaterThan(0)
  for (const secret of [person.email, token, PASSWORD, person.token, person.refresh_token])
    expect(logs).not.toContain(secret)
})
