import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let person: Person
let stranger: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register({ full_name: 'Анна', username: `anna-${randomUUID().slice(0, 8)}` })
  stranger = await system.api.register()
})
afterAll(() => system.stop())

const WHOLE = [
  'avatar_url',
  'bio',
  'created_at',
  'email',
  'full_name',
  'id',
  'locale',
  'phone_number',
  'settings',
  'timezone',
  'updated_at',
  'username',
]

describe('GET /users', () => {
  test('needs a token', async () => {
    for (const path of ['/users/profile', `/users/${person.id}`])
      expect(await system.api.call('GET', path)).toMatchObject({ status: 401 })
  })

  test('shows oneself all, others what everybody may see', async () => {
    const own = await person.get('/users/profile')
    expect(own).toMatchObject({
      status: 200,
      body: { id: person.id, email: person.email, full_name: 'Анна', settings: {} },
    })
    expect(Object.keys(own.body).toSorted()).toEqual(WHOLE)
    for (const id of [person.id, person.id.toUpperCase()])
      expect((await person.get(`/users/${id}`)).body).toEqual(own.body)
    const seen = await stranger.get(`/users/${person.id}`)
    expect(seen.body).toEqual({
      id: person.id,
      username: own.body.username,
      full_name: 'Анна',
      avatar_url: null,
      bio: null,
    })
  })

  test('knows nobody of that id: 404, also for what is no id', async () => {
    for (const id of [randomUUID(), 'nobody', '1'])
      expect(await person.get(`/users/${id}`)).toMatchObject({ status: 404, body: { code: 'user.not_found' } })
  })

  test('gives 304 to who has it already, and the whole again after a change', async () => {
    const { headers } = await person.get('/users/profile')
    const etag = headers.get('etag') as string
    expect(await person.get('/users/profile', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      text: '',
    })
    // A change that was made is told, whatever the client knows.
    expect(
      await person.put(`/users/${person.id}`, { full_name: 'Анна' }, { headers: { 'if-none-match': '*' } }),
    ).toMatchObject({ status: 200, body: { full_name: 'Анна' } })
    expect(await person.get('/users/profile', { headers: { 'if-none-match': etag } })).toMatchObject({ status: 200 })
  })
})

describe('PUT /users/{id}', () => {
  test('needs a token', async () => {
    expect(await system.api.call('PUT', `/users/${person.id}`, { body: {} })).toMatchObject({ status: 401 })
  })

  test('is not for others', async () => {
    expect(await stranger.put(`/users/${person.id}`, {})).toMatchObject({
      status: 403,
      body: { code: 'access.denied' },
    })
  })

  test('knows nobody of an unknown id', async () => {
    expect(await person.put(`/users/${randomUUID()}`, {})).toMatchObject({ status: 404 })
  })

  test.each([
    ['/phone_number', { phone_number: '12' }],
    ['/phone_number', { phone_number: 'позвоните мне' }],
    ['/avatar_url', { avatar_url: 'http://cdn.example.test/a.png' }],
    ['/avatar_url', { avatar_url: 'javascript:alert(1)' }],
    ['/avatar_url', { avatar_url: 'https://127.0.0.1/a.png' }],
    ['/avatar_url', { avatar_url: 'https://2130706433/a.png' }],
    ['/avatar_url', { avatar_url: 'https://[::1]/a.png' }],
    ['/avatar_url', { avatar_url: 'https://localhost/a.png' }],
    ['/avatar_url', { avatar_url: 'https://user:secret@cdn.example.test/a.png' }],
    ['/locale', { locale: 'not a locale' }],
    ['/timezone', { timezone: 'Mars/Olympus' }],
    ['/timezone', { timezone: '+03:00' }],
    ['/settings', { settings: [] }],
    ['/settings', { settings: 'text' }],
    ['/settings', { settings: { much: 'x'.repeat(17_000) } }],
    ['/username', { username: 'no spaces here' }],
    ['/username', { username: null }],
    ['/email', { email: 'other@example.test' }],
    ['/roles', { roles: ['admin'] }],
    ['/id', { id: randomUUID() }],
    ['/email_verified', { email_verified: true }],
  ])('answers 422 at %s for %j', async (path, body) => {
    const reply = await person.put(`/users/${person.id}`, body)
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation.failed' } })
    expect(reply.body.errors.map((e: { path: string }) => e.path)).toContain(path)
  })

  test('replaces all fields in their canonical form, and what is absent goes; the username stays', async () => {
    const before = (await person.get('/users/profile')).body
    const full = {
      full_name: '  Анна Ветрова ',
      phone_number: '8 (916) 123-45-67',
      avatar_url: 'https://cdn.example.test/a.png',
      bio: 'Пишу сценарии',
      locale: ' ru-ru ',
      timezone: ' Europe/Moscow ',
      settings: { theme: 'dark', nested: { a: [1, null] } },
    }
    const reply = await person.put(`/users/${person.id}`, full)
    expect(reply).toMatchObject({
      status: 200,
      body: {
        ...full,
        full_name: 'Анна Ветрова',
        phone_number: '+79161234567',
        locale: 'ru-RU',
        timezone: 'Europe/Moscow',
        username: before.username,
        created_at: before.created_at,
      },
    })
    expect(reply.headers.get('etag')).toBe((await person.get('/users/profile')).headers.get('etag'))
    expect(await person.put(`/users/${person.id}`, {})).toMatchObject({
      body: {
        full_name: null,
        phone_number: null,
        avatar_url: null,
        bio: null,
        locale: null,
        timezone: null,
        settings: {},
        username: before.username,
      },
    })
  })

  test('tells by an event in the same transaction, without any of the values', async () => {
    const somebody = await system.api.register()
    await somebody.put(`/users/${somebody.id}`, { full_name: 'Секрет' })
    const rows = await system.databases.users
      .selectFrom('outbox')
      .select(['type', 'data'])
      .where('key', '=', somebody.id)
      .execute()
    expect(rows).toEqual([{ type: 'user_updated', data: { user_id: somebody.id } }])
  })

  test('of several people who want one username at once, whatever its case, one gets it', async () => {
    const people = await Promise.all([1, 2, 3].map(() => system.api.register()))
    const name = `Name-${randomUUID().slice(0, 8)}`
    const replies = await Promise.all(
      people.map((p, i) => p.put(`/users/${p.id}`, { username: i === 1 ? name.toUpperCase() : name })),
    )
    expect(replies.map((r) => r.status).toSorted()).toEqual([200, 409, 409])
    expect(replies.find((r) => r.status === 409)?.body.code).toBe('user.username_taken')
  })
})
