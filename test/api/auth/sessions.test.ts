import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Person, Reply } from '../../support/http.ts'
import { securityEventsOf } from '../../support/security-events.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const refresh = (refresh_token: unknown) => system.api.call('POST', '/auth/refresh', { body: { refresh_token } })
const login = async (person: Person) => {
  const { body } = await system.api.call('POST', '/auth/login', {
    body: { email: person.email, password: person.password },
  })
  return { token: body.access_token as string, refresh_token: body.refresh_token as string }
}
const me = (token: string) => system.api.call('GET', '/auth/me', { token })
/** Moves all uses of refresh tokens of a person into the past. */
const age = (person: Person, interval: string) =>
  sql`update refresh_tokens set used_at = used_at - ${interval}::interval
      where session_id in (select id from sessions where account_id = ${person.id})`.execute(system.databases.auth)

describe('POST /auth/refresh', () => {
  test.each([
    [{}, '/refresh_token'],
    [{ refresh_token: 7 }, '/refresh_token'],
    [{ refresh_token: null }, '/refresh_token'],
    [{ refresh_token: 'x', sid: 'y' }, '/sid'],
  ])('answers 422 with a pointer for %j', async (body, path) => {
    expect(await system.api.call('POST', '/auth/refresh', { body })).toMatchObject({
      status: 422,
      body: { errors: [{ path }] },
    })
  })

  test('refuses what is no refresh token: nothing, garbage, an access token', async () => {
    const person = await system.api.register()
    for (const token of ['', 'garbage', person.token])
      expect(await refresh(token)).toMatchObject({ status: 401, body: { code: 'auth.refresh_invalid' } })
  })

  test('gives a new pair of the same session, and never keeps a token in readable form', async () => {
    const person = await system.api.register()
    const next = await refresh(person.refresh_token)
    expect(next).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 600 } })
    expect(next.body.refresh_token).not.toBe(person.refresh_token)
    expect(Buffer.from(next.body.refresh_token, 'base64url')).toHaveLength(32)
    expect(next.headers.get('cache-control')).toBe('no-store')
    expect(await me(next.body.access_token)).toMatchObject({ status: 200, body: { id: person.id } })
    const rows = await system.databases.auth.selectFrom('refresh_tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(next.body.refresh_token)
  })

  test('used again after the grace ends the whole session, although the request fails', async () => {
    const person = await system.api.register()
    const next = await refresh(person.refresh_token)
    await age(person, '11 seconds')
    expect(await refresh(person.refresh_token)).toMatchObject({
      status: 401,
      body: { code: 'auth.refresh_reused' },
    })
    expect(await refresh(next.body.refresh_token)).toMatchObject({ status: 401 })
    expect(await me(next.body.access_token)).toMatchObject({ status: 401 })
    expect(await me(person.token)).toMatchObject({ status: 401 })
    expect(await securityEventsOf(system, person)).toContain('refresh_reused')
  })

  test('within the grace a lost answer is given again: the same successor, and it works', async () => {
    const person = await system.api.register()
    const [first, again] = [await refresh(person.refresh_token), await refresh(person.refresh_token)]
    expect(again).toMatchObject({ status: 200, body: { refresh_token: first.body.refresh_token } })
    expect(await refresh(first.body.refresh_token)).toMatchObject({ status: 200 })
  })

  test('a grandparent ends the session even within the grace', async () => {
    const person = await system.api.register()
    const child = await refresh(person.refresh_token)
    const grandchild = await refresh(child.body.refresh_token)
    expect(await refresh(person.refresh_token)).toMatchObject({ body: { code: 'auth.refresh_reused' } })
    expect(await refresh(grandchild.body.refresh_token)).toMatchObject({ status: 401 })
  })

  test('of 10 at once none forks the family and none logs the client out', async () => {
    const person = await system.api.register()
    const replies = await Promise.all(Array.from({ length: 10 }, () => refresh(person.refresh_token)))
    expect(replies.map((r) => r.status)).toEqual(Array(10).fill(200))
    expect(new Set(replies.map((r) => r.body.refresh_token)).size).toBe(1)
    const living = await system.databases.auth
      .selectFrom('refresh_tokens')
      .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
      .select('token_hash')
      .where('account_id', '=', person.id)
      .where('used_at', 'is', null)
      .execute()
    expect(living).toHaveLength(1)
    expect(await refresh(replies[0]?.body.refresh_token)).toMatchObject({ status: 200 })
  })

  test.each([
    [
      '14 idle days',
      `update refresh_tokens set expires_at = clock_timestamp() - interval '1 second' where session_id in (select id from sessions where account_id = $1)`,
    ],
    [
      '30 days in all',
      `update sessions set expires_at = clock_timestamp() - interval '1 second' where account_id = $1`,
    ],
  ])('is over after %s', async (_, statement) => {
    const person = await system.api.register()
    await sql.raw(statement.replace('$1', `'${person.id}'`)).execute(system.databases.auth)
    expect(await refresh(person.refresh_token)).toMatchObject({ status: 401, body: { code: 'auth.refresh_invalid' } })
  })

  test('keeps 14 idle and 30 absolute days', async () => {
    const person = await system.api.register()
    await refresh(person.refresh_token)
    const row = await system.databases.auth
      .selectFrom('sessions')
      .innerJoin('refresh_tokens', 'session_id', 'sessions.id')
      .select([
        sql<number>`round(extract(epoch from sessions.expires_at - sessions.created_at) / 86400)::int`.as('absolute'),
        sql<number>`round(extract(epoch from refresh_tokens.expires_at - issued_at) / 86400)::int`.as('idle'),
      ])
      .where('account_id', '=', person.id)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ absolute: 30, idle: 14 })
  })
})

describe('POST /auth/logout', () => {
  test('needs a token', async () => {
    expect(await system.api.call('POST', '/auth/logout')).toMatchObject({ status: 401 })
  })

  describe('ends a session:', () => {
    let person: Person
    let other: { token: string }
    beforeAll(async () => {
      person = await system.api.register()
      other = await login(person)
      expect(await person.post('/auth/logout')).toMatchObject({ status: 204, text: '' })
    })

    test('neither of its tokens is good any more', async () => {
      expect(await person.get('/auth/me')).toMatchObject({ status: 401 })
      expect(await refresh(person.refresh_token)).toMatchObject({ status: 401 })
    })

    test('it cannot be ended twice', async () => {
      expect(await person.post('/auth/logout')).toMatchObject({ status: 401 })
    })

    test('another one of the same account goes on', async () => {
      expect(await me(other.token)).toMatchObject({ status: 200 })
    })
  })
})

describe('GET and DELETE /auth/sessions', () => {
  test.each([
    ['GET', '/auth/sessions'],
    ['DELETE', `/auth/sessions/${randomUUID()}`],
  ])('%s %s needs a token', async (method, path) => {
    expect(await system.api.call(method, path)).toMatchObject({ status: 401 })
  })

  describe('a list', () => {
    let person: Person
    let logins: { refresh_token: string }[]
    let first: Reply
    let rest: Reply
    beforeAll(async () => {
      person = await system.api.register()
      logins = [await login(person), await login(person)]
      first = await person.get('/auth/sessions?limit=2')
      rest = await person.get(`/auth/sessions?limit=2&cursor=${first.body.next_cursor}`)
    })
    const all = () => [...first.body.items, ...rest.body.items]

    test('has one’s own living sessions in pages, newest first, and marks the current one', () => {
      expect(first.body.items).toHaveLength(2)
      expect(rest.body).toMatchObject({ items: [{ current: true }], next_cursor: null })
      const dates = all().map((s) => s.created_at)
      expect(dates.toSorted().reverse()).toEqual(dates)
    })

    test('says where from and when, and no token', () => {
      expect(Object.keys(all()[0]).toSorted()).toEqual([
        'created_at',
        'current',
        'id',
        'ip',
        'last_used_at',
        'user_agent',
      ])
      for (const { refresh_token } of logins) expect(JSON.stringify(all())).not.toContain(refresh_token)
    })

    test('of no sessions cannot be asked for', async () => {
      expect(await person.get('/auth/sessions?limit=0')).toMatchObject({ status: 422 })
    })

    test('refuses a cursor that it did not make, or that was changed', async () => {
      const cursor = first.body.next_cursor as string
      const [bound, at] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[]
      const forged = Buffer.from(JSON.stringify([bound, at, 'no id'])).toString('base64url')
      for (const bad of ['zzz', '', `${cursor}x`, `${cursor}!`, `${cursor}=`, cursor.slice(0, -4), forged])
        expect(await person.get(`/auth/sessions?cursor=${encodeURIComponent(bad)}`)).toMatchObject({
          status: 422,
          body: { errors: [{ path: '/cursor' }] },
        })
    })
  })

  describe('the end of one', () => {
    let person: Person
    let other: { token: string; refresh_token: string }
    let id: string
    beforeEach(async () => {
      person = await system.api.register()
      other = await login(person)
      const { items } = (await person.get('/auth/sessions')).body
      id = items.find((s: { current: boolean }) => !s.current).id
    })

    test('is not for strangers, to whom it is as unknown as one that never was', async () => {
      const stranger = await system.api.register()
      const headers = { 'x-request-id': 'the-same-id' }
      const foreign = await stranger.delete(`/auth/sessions/${id}`, { headers })
      const missing = await stranger.delete(`/auth/sessions/${randomUUID()}`, { headers })
      expect(foreign).toMatchObject({ status: 404, body: { code: 'session.not_found' } })
      expect(foreign.text).toBe(missing.text)
      expect(await me(other.token)).toMatchObject({ status: 200 })
    })

    test('counts at once, for both of its tokens and in the list', async () => {
      expect(await person.delete(`/auth/sessions/${id}`)).toMatchObject({ status: 204 })
      expect(await me(other.token)).toMatchObject({ status: 401 })
      expect(await refresh(other.refresh_token)).toMatchObject({ status: 401 })
      expect((await person.get('/auth/sessions')).body.items).toHaveLength(1)
    })

    test('comes once: after it there is no such session', async () => {
      expect(await person.delete(`/auth/sessions/${id}`)).toMatchObject({ status: 204 })
      expect(await person.delete(`/auth/sessions/${id}`)).toMatchObject({ status: 404 })
    })

    test('of what is no id is 404', async () => {
      expect(await person.delete('/auth/sessions/not-a-uuid')).toMatchObject({ status: 404 })
    })
  })
})
