import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

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
const events = (person: Person, type: string) =>
  system.databases.auth.selectFrom('outbox').selectAll().where('key', '=', person.id).where('type', '=', type).execute()
const acts = async (person: Person) => {
  const rows = await system.databases.auth
    .selectFrom('security_events')
    .select('kind')
    .where('account_id', '=', person.id)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.kind)
}

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
    expect(await acts(person)).toContain('refresh_reused')
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

  test('ends this session at once and no other', async () => {
    const person = await system.api.register()
    const other = await login(person)
    expect(await person.post('/auth/logout')).toMatchObject({ status: 204, text: '' })
    expect(await person.get('/auth/me')).toMatchObject({ status: 401 })
    expect(await refresh(person.refresh_token)).toMatchObject({ status: 401 })
    expect(await person.post('/auth/logout')).toMatchObject({ status: 401 })
    expect(await me(other.token)).toMatchObject({ status: 200 })
  })
})

describe('GET and DELETE /auth/sessions', () => {
  test('need a token', async () => {
    expect(await system.api.call('GET', '/auth/sessions')).toMatchObject({ status: 401 })
    expect(await system.api.call('DELETE', `/auth/sessions/${randomUUID()}`)).toMatchObject({ status: 401 })
  })

  test('list one’s own living sessions, newest first, in pages, and mark the current one', async () => {
    const person = await system.api.register()
    const logins = [await login(person), await login(person)]
    const first = await person.get('/auth/sessions?limit=2')
    expect(first.body.items).toHaveLength(2)
    const rest = await person.get(`/auth/sessions?limit=2&cursor=${first.body.next_cursor}`)
    expect(rest.body).toMatchObject({ items: [{ current: true }], next_cursor: null })
    const all = [...first.body.items, ...rest.body.items]
    expect(
      all
        .map((s) => s.created_at)
        .toSorted()
        .reverse(),
    ).toEqual(all.map((s) => s.created_at))
    expect(Object.keys(all[0]).toSorted()).toEqual(['created_at', 'current', 'id', 'ip', 'last_used_at', 'user_agent'])
    expect(JSON.stringify(all)).not.toContain(logins[0]?.refresh_token)
    expect(await person.get('/auth/sessions?limit=0')).toMatchObject({ status: 422 })
    const cursor = first.body.next_cursor as string
    const [bound, at] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[]
    const forged = Buffer.from(JSON.stringify([bound, at, 'no id'])).toString('base64url')
    for (const bad of ['zzz', '', `${cursor}x`, `${cursor}!`, `${cursor}=`, cursor.slice(0, -4), forged])
      expect(await person.get(`/auth/sessions?cursor=${encodeURIComponent(bad)}`)).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/cursor' }] },
      })
  })

  test('end one’s own session at once; another person’s is as unknown as one that never was', async () => {
    const [person, stranger] = [await system.api.register(), await system.api.register()]
    const other = await login(person)
    const { items } = (await person.get('/auth/sessions')).body
    const id = items.find((s: { current: boolean }) => !s.current).id
    const headers = { 'x-request-id': 'the-same-id' }
    const foreign = await stranger.delete(`/auth/sessions/${id}`, { headers })
    const missing = await stranger.delete(`/auth/sessions/${randomUUID()}`, { headers })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'session.not_found' } })
    expect(foreign.text).toBe(missing.text)
    expect(await me(other.token)).toMatchObject({ status: 200 })
    expect(await person.delete(`/auth/sessions/${id}`)).toMatchObject({ status: 204 })
    expect(await me(other.token)).toMatchObject({ status: 401 })
    expect(await refresh(other.refresh_token)).toMatchObject({ status: 401 })
    expect(await person.delete(`/auth/sessions/${id}`)).toMatchObject({ status: 404 })
    expect(await person.delete('/auth/sessions/not-a-uuid')).toMatchObject({ status: 404 })
    expect((await person.get('/auth/sessions')).body.items).toHaveLength(1)
  })
})

describe('POST /auth/password/change', () => {
  const change = (person: Person, current_password: string, new_password: string) =>
    person.post('/auth/password/change', { current_password, new_password })

  test('needs a token, both fields, and a new password that is long and rare enough', async () => {
    const person = await system.api.register()
    expect(await system.api.call('POST', '/auth/password/change', { body: {} })).toMatchObject({ status: 401 })
    expect(await person.post('/auth/password/change', {})).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/current_password' }, { path: '/new_password' }] },
    })
    expect(await change(person, PASSWORD, 'seven77')).toMatchObject({
      status: 422,
      body: { code: 'validation.failed' },
    })
    expect(await change(person, PASSWORD, 'password123')).toMatchObject({
      status: 422,
      body: { code: 'auth.password_weak', errors: [{ path: '/new_password' }] },
    })
    expect(await change(person, 'wrong password', 'plum orbit kettle')).toMatchObject({
      status: 400,
      body: { code: 'auth.password_wrong' },
    })
    expect((await login(person)).token).toBeDefined()
    expect(await acts(person)).toEqual(['password_change_failed', 'login'])
  })

  test('ends the other sessions, keeps this one, and tells by event, act and letter', async () => {
    const person = await system.api.register()
    const other = await login(person)
    expect(await change(person, PASSWORD, 'plum orbit kettle')).toMatchObject({ status: 204 })
    expect(await me(other.token)).toMatchObject({ status: 401 })
    expect(await refresh(other.refresh_token)).toMatchObject({ status: 401 })
    expect(await person.get('/auth/me')).toMatchObject({ status: 200 })
    expect((await login(person)).token).toBeUndefined()
    expect((await login({ ...person, password: 'plum orbit kettle' })).token).toBeDefined()
    expect(await events(person, 'user_password_changed')).toHaveLength(1)
    expect(await acts(person)).toContain('password_changed')
    const letters = await system.databases.auth
      .selectFrom('letters')
      .select('kind')
      .where('account_id', '=', person.id)
      .execute()
    // The notification is the mail: a letter besides would tell it twice.
    expect(letters).toEqual([{ kind: 'verify_email' }])
  })

  test('of several at once with one old password exactly one wins', async () => {
    const person = await system.api.register()
    const words = ['plum orbit kettle 1', 'plum orbit kettle 2', 'plum orbit kettle 3']
    const replies = await Promise.all(words.map((word) => change(person, PASSWORD, word)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 400, 400])
    const winner = words[replies.findIndex((r) => r.status === 204)] as string
    expect((await login({ ...person, password: winner })).token).toBeDefined()
  })
})

describe('what is refused as a password', () => {
  const register = (body: object) =>
    system.api.call('POST', '/auth/register', { body: { email: `u-${randomUUID()}@example.test`, ...body } })
  test.each(['password123', 'PassWord1', 'Passw0rd!', '...qwertyui?', '12345678', 'qwertyui', 'йцукенгш', 'ПАРОЛЬ123'])(
    'the common %s',
    async (password) => {
      expect(await register({ password })).toMatchObject({
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

  test('the account’s own words when it is changed, too', async () => {
    const username = `voronin-${randomUUID().slice(0, 8)}`
    const person = await system.api.register({ username, full_name: 'Пётр Воронин' })
    for (const new_password of [`${username}!`, 'Воронин-77', `${person.email}1`])
      expect(await person.post('/auth/password/change', { current_password: PASSWORD, new_password })).toMatchObject({
        status: 422,
        body: { code: 'auth.password_weak', errors: [{ path: '/new_password' }] },
      })
  })

  test('nothing that is merely unusual: 128 characters, spaces, other scripts', async () => {
    for (const password of ['я'.repeat(128), 'two  spaces and a ', '漢字漢字漢字漢字', '🐈🐈🐈🐈🐈🐈🐈🐈'])
      expect(await register({ password })).toMatchObject({ status: 201 })
    expect(await register({ password: '🐈'.repeat(129) })).toMatchObject({
      status: 422,
      body: { code: 'validation.failed' },
    })
  })
})

test('a password is taken whole: without its last character it is another one', async () => {
  const password = `${'long phrase with spaces '.repeat(5)}end`
  const person = await system.api.register({ password })
  expect((await login({ ...person, password: password.slice(0, -1) })).token).toBeUndefined()
  expect((await login(person)).token).toBeDefined()
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
    secret: system.keys.pepper.secret,
  })
  await system.databases.auth
    .updateTable('accounts')
    .set({ password_hash: older })
    .where('id', '=', person.id)
    .execute()
  await system.api.call('POST', '/auth/login', { body: { email: person.email, password: 'wrong' } })
  expect(await hashOf()).toBe(older)
  expect((await login(person)).token).toBeDefined()
  const newer = await hashOf()
  expect(newer).toContain('m=19456,p=1,t=2')
  expect((await login(person)).token).toBeDefined()
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

test('a login is told by event and act, with the network and not the address', async () => {
  const person = await system.api.register()
  await login(person)
  await system.api.call('POST', '/auth/login', { body: { email: person.email, password: 'wrong' } })
  expect(await events(person, 'user_logged_in')).toHaveLength(1)
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
  await expect(sql`update security_events set kind = 'x'`.execute(system.databases.auth)).rejects.toThrow('append-only')
  await expect(sql`delete from security_events`.execute(system.databases.auth)).rejects.toThrow('append-only')
})
