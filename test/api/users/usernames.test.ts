import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { migrate } from '../../../db/migrate.ts'
import { PASSWORD, type Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ workers: ['auth', 'users'] })
  person = await system.api.register()
})
afterAll(() => system.stop())

const register = (username: string) =>
  system.api.call('POST', '/auth/register', {
    body: { email: `u-${randomUUID()}@example.test`, password: PASSWORD, username },
  })
const rename = (username: string) => person.put(`/users/${person.id}`, { username })
const refused = { status: 422, body: { code: 'validation.failed', errors: [{ path: '/username' }] } }

describe.each([
  ['at registration', register],
  ['in the profile', rename],
] as const)('a username %s', (_where, take) => {
  test.each([
    'admin',
    'Admin',
    'ADMIN',
    'a.d.m-i_n',
    'аdmin', // Cyrillic а
    'root',
    'r00t',
    'support',
    'Поддержка',
    'админ',
    'scenor',
    'scenor-support',
    'ѕсеnоr', // Cyrillic ѕ, с, е, о
    'null',
    'me.',
  ])('%s is nobody’s', async (name) => expect(await take(name)).toMatchObject(refused))

  test.each([
    ['Вася_pro', 'Cyrillic and Latin'],
    ['раypal', 'two Cyrillic letters'],
    ['αlpha', 'Greek and Latin'],
    ['vasya٣', 'Latin with an Arabic digit beside it'],
    ['кот٣3', 'two kinds of digits'],
    ['ｖasya', 'a full-width letter'],
    ['user²', 'a superscript'],
    ['ab\u3164cd', 'a letter that is not seen'],
    ['ᎪᏢᎪᏢ', 'a script that nobody writes every day'],
  ])('%s is refused: %s', async (name) => expect(await take(name)).toMatchObject(refused))

  test.each([
    'kato',
    'Катя',
    'кот-учёный_7',
    'さくらの花',
    '김철수韓',
    'Ελένη',
    'ਸਿੰਘ'.normalize('NFC').replace(/\p{M}/gu, '') + 'ਕਖ',
  ])('%s is somebody’s', async (name) => {
    const own = `${name}${String(Math.floor(Math.random() * 1e6))}`
    expect([200, 201, 202]).toContain((await take(own)).status)
  })
})

test.each([
  ['vasilisa', 'vasiIisa'],
  ['Ivanov77', 'lvanov77'],
  ['paypal.fan', 'paypa1.fan'],
  ['modern-cat', 'rnodern-cat'],
  ['zoo_keeper', 'z00_keeper'],
  ['сосна', 'cocнa'],
  ['ТАТЬЯНА', 'татьяна'],
  ['foo0bar', 'fooObar'],
])('who is called %s shares it with no %s', async (name, other) => {
  expect(await register(name)).toMatchObject({ status: 201 })
  const reply = await register(other)
  // Of two scripts it is not even asked whether it is taken.
  expect([409, 422]).toContain(reply.status)
  if (reply.status === 409) expect(reply.body.code).toBe('auth.username_taken')
  expect([409, 422]).toContain((await rename(other)).status)
})

test('a whole word of another script that looks the same is taken', async () => {
  expect(await register('сосо')).toMatchObject({ status: 201 })
  expect(await register('coco')).toMatchObject({ status: 409, body: { code: 'auth.username_taken' } })
  expect(await rename('COCO')).toMatchObject({ status: 409, body: { code: 'user.username_taken' } })
})

test('of two who look alike and register at once one is called so', async () => {
  const replies = await Promise.all(['bill-paxton', 'biII-paxton', 'bi11-paxton', 'bi1l-paxton'].map(register))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
})

describe('names of before', () => {
  const named = async (username: string) => {
    const { body } = await register(`n-${randomUUID().slice(0, 8)}`)
    await sql`
      update profiles set username = ${username}, skeleton = null, skeleton_lower = null, skeletons_by = null
      where id = ${body.user.id}`.execute(system.databases.users)
    return system.api.as({ ...body.user, token: body.access_token, refresh_token: '', password: PASSWORD })
  }

  test('stay, and keep their look to themselves; of two alike both stay', async () => {
    const [first, second] = [await named('Maksim_pro'), await named('Mаksim_pro')]
    const admin = await named('administrator')
    await migrate(system.databases.urls)
    expect((await register('maksim_pr0')).status).toBe(409)
    for (const one of [first, second, admin]) {
      const { username } = (await one.get('/users/profile')).body
      // What was read is written back, as forms do.
      expect(await one.put(`/users/${one.id}`, { username, bio: 'Привет' })).toMatchObject({
        status: 200,
        body: { username },
      })
    }
  })
})
