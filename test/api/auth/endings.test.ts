import { createECDH, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../../support/http.ts'
import { openStream, type OpenStream } from '../../support/event-stream.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { mailedToken } from '../../support/verified.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { ERASURE_DELAY_S: '0', TRUSTED_PROXIES: '1' } })
})
afterAll(() => system.stop())

const NEXT = 'plum orbit kettle'

let browsers = 0
/** Lets a browser of this session be told. */
const subscribe = async (token: string) => {
  const keys = createECDH('prime256v1')
  const body = {
    endpoint: `https://push-${++browsers}.example.com/messages/${randomUUID()}`,
    keys: { p256dh: keys.generateKeys().toString('base64url'), auth: randomBytes(16).toString('base64url') },
  }
  const reply = await system.api.call('POST', '/notifications/push-subscriptions', { token, body })
  expect(reply).toMatchObject({ status: 201 })
  return reply.body.id as string
}
const subscriptionsOf = async ({ id }: Person) => {
  const rows = await system.databases.notifications
    .selectFrom('push_subscriptions')
    .select('id')
    .where('user_id', '=', id)
    .execute()
  return rows.map((row) => row.id)
}

interface Session {
  readonly id: string
  readonly token: string
  readonly refresh_token: string
}

const login = async ({ email }: Person, password = PASSWORD): Promise<Session> => {
  const { body } = await system.api.call('POST', '/auth/login', { body: { email, password } })
  const { items } = (await system.api.call('GET', '/auth/sessions', { token: body.access_token })).body
  return {
    id: items.find((s: { current: boolean }) => s.current).id,
    token: body.access_token,
    refresh_token: body.refresh_token,
  }
}
const forgot = ({ email }: Person) => system.api.call('POST', '/auth/password/forgot', { body: { email } })
const reset = (token: string, password = NEXT) =>
  system.api.call('POST', '/auth/password/reset', { body: { token, password } })
const change = (token: string, from = PASSWORD, to = NEXT) =>
  system.api.call('POST', '/auth/password/change', { token, body: { current_password: from, new_password: to } })

/** Every way in which a session ends, by somebody who has another one. */
const WAYS: Record<string, (person: Person, session: Session) => Promise<unknown>> = {
  'signing out': (_, { token }) => system.api.call('POST', '/auth/logout', { token }),
  'ending it from elsewhere': (person, { id }) => person.delete(`/auth/sessions/${id}`),
  'changing the password': (person) => change(person.token),
  'setting a new password by mail': async (person) => {
    await forgot(person)
    await reset(await mailedToken(system, person.id, 'reset_password'))
  },
  'a refresh token that is used again': async (person, { refresh_token }) => {
    const refresh = () => system.api.call('POST', '/auth/refresh', { body: { refresh_token } })
    await refresh()
    await sql`update refresh_tokens set used_at = used_at - interval '1 minute'
      where session_id in (select id from sessions where account_id = ${person.id})`.execute(system.databases.auth)
    await refresh()
  },
  'the erasure of the account': async (person) => {
    const { body } = await person.delete(`/users/${person.id}`)
    await system.api.finished(body.id)
  },
}

describe.each(Object.entries(WAYS))('after %s', (_, end) => {
  let person: Person
  let session: Session
  let browser: string
  let stream: OpenStream
  let ticket: string
  beforeAll(async () => {
    person = await system.api.register()
    session = await login(person)
    browser = await subscribe(session.token)
    stream = await openStream(system.api.origin, session, '/notifications/stream')
    const issued = await system.api.call('POST', '/streams/ticket', { token: session.token, body: {} })
    ticket = issued.body.ticket
    expect(await system.api.call('GET', '/auth/me', { token: session.token })).toMatchObject({ status: 200 })
    await end(person, session)
  })
  afterAll(() => stream.close())

  test('neither of its tokens opens anything', async () => {
    const { token, refresh_token } = session
    expect(await system.api.call('GET', '/auth/me', { token })).toMatchObject({ status: 401 })
    const again = await system.api.call('POST', '/auth/refresh', { body: { refresh_token } })
    expect(again).toMatchObject({ status: 401 })
  })

  test('its open event streams end', async () => {
    expect(stream.status).toBe(200)
    await stream.ended
  })

  test('a ticket that it was given opens no stream', async () => {
    expect(ticket).toMatch(/^[\w-]{43}$/)
    const reply = await system.api.call('GET', `/notifications/stream?ticket=${ticket}`)
    expect(reply).toMatchObject({ status: 401 })
  })

  test('its browser is told nothing any more', async () => {
    await until(async () => !(await subscriptionsOf(person)).includes(browser))
  })
})

test('a browser of another session goes on being told', async () => {
  const person = await system.api.register()
  const [one, two] = [await login(person), await login(person)]
  const [ends, stays] = [await subscribe(one.token), await subscribe(two.token)]
  await system.api.call('POST', '/auth/logout', { token: one.token })
  await until(async () => !(await subscriptionsOf(person)).includes(ends))
  expect(await subscriptionsOf(person)).toEqual([stays])
})

test('other services are told which sessions ended', async () => {
  const person = await system.api.register()
  const { id, token } = await login(person)
  await system.api.call('POST', '/auth/logout', { token })
  const { rows } = await sql<{ data: unknown }>`
    select data from outbox where type = 'sessions_ended' and key = ${person.id}`.execute(system.databases.auth)
  expect(rows).toEqual([{ data: { user_id: person.id, session_ids: [id] } }])
})

let numbers = 2_000_000

describe('a code that was sent to a telephone', () => {
  /** A person whose session, not the only one, has had a code sent. */
  const asked = async () => {
    const phone = `+7916${numbers++}`
    const person = await system.api.register({ phone_number: phone })
    const session = await login(person)
    const { token } = session
    expect(await system.api.call('POST', `/users/${person.id}/phone/code`, { token })).toMatchObject({ status: 202 })
    const code = await until(async () => {
      const message = await system.databases.notifications
        .selectFrom('text_messages')
        .select('text')
        .where('recipient', '=', phone)
        .executeTakeFirst()
      return /\b\d{6}\b/.exec(message?.text ?? '')?.[0]
    })
    return { person, session, code }
  }
  const type = (person: Person, code: string) => person.post(`/users/${person.id}/phone/verify`, { code })

  test('proves the number while its session lives, whichever session it is typed in by', async () => {
    const { person, code } = await asked()
    expect(await type(person, code)).toMatchObject({ status: 204 })
  })

  test('ends with the session that asked for it', async () => {
    const { person, session, code } = await asked()
    await system.api.call('POST', '/auth/logout', { token: session.token })
    expect(await type(person, code)).toMatchObject({ status: 400, body: { code: 'user.phone_code_invalid' } })
  })

  test('ends with a change of the password, also for the session that goes on', async () => {
    const { person, session, code } = await asked()
    expect(await change(session.token)).toMatchObject({ status: 204 })
    const goesOn = system.api.as({ ...person, token: session.token })
    expect(await type(goesOn, code)).toMatchObject({ status: 400, body: { code: 'user.phone_code_invalid' } })
  })
})

describe('a link to set a new password', () => {
  test('ends with a change of the password', async () => {
    const person = await system.api.register()
    await forgot(person)
    const token = await mailedToken(system, person.id, 'reset_password')
    await change(person.token)
    expect(await reset(token)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
  })

  test('is not made any more for a mail that was asked for before the change', async () => {
    const person = await system.api.register()
    await change(person.token)
    const { auth, notifications } = system.databases
    const before = sql<Date>`clock_timestamp() - interval '1 minute'`
    await auth
      .insertInto('letters')
      .values({
        id: person.id,
        account_id: person.id,
        kind: 'reset_password',
        request_id: 'asked-before',
        traceparent: null,
        created_at: before as never,
        handed_over_at: null,
      })
      .execute()
    await until(async () => {
      const letter = await auth
        .selectFrom('letters')
        .select('handed_over_at')
        .where('id', '=', person.id)
        .executeTakeFirst()
      return letter?.handed_over_at
    })
    await forgot(person)
    await mailedToken(system, person.id, 'reset_password')
    const mails = await notifications
      .selectFrom('mails')
      .select('id')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'reset_password')
      .execute()
    expect(mails).toHaveLength(1)
  })
})
