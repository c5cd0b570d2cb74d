import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { openDatabase } from '../../../db/connection.ts'
import type { AuthDb } from '../../../db/auth/schema.ts'
import { insertSession } from '../../../db/auth/sessions.ts'
import type { listWith } from '../../support/notifications.ts'
import { PASSWORD, type Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { mailedToken } from '../../support/verified.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { RATE_LIMIT_SCALE: '1', TRUSTED_PROXIES: '1' } })
})
afterAll(() => system.stop())

const LAPTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
const NEXT = 'plum orbit kettle'

let addresses = 0
/** An address that nobody had before. */
const elsewhere = () => `2001:db8:${(++addresses).toString(16)}::1`
const from = (address: string, program = LAPTOP, more = {}) => ({
  'x-forwarded-for': address,
  'user-agent': program,
  ...more,
})
const login = (email: string, headers: Record<string, string>, password = PASSWORD) =>
  system.api.call('POST', '/auth/login', { body: { email, password }, headers })
const proofOf = (reply: Reply) => reply.headers.get('x-device-token')!
const cookieOf = (reply: Reply) =>
  reply.headers
    .getSetCookie()
    .find((c) => c.startsWith('__Host-scenor_device='))
    ?.split(';')[0] ?? ''

/** Somebody with a laptop at home. */
const register = async () => {
  const home = elsewhere()
  const body = { email: `u-${randomUUID()}@example.test`, password: PASSWORD }
  const reply = await system.api.call('POST', '/auth/register', { body, headers: from(home) })
  expect(reply).toMatchObject({ status: 201 })
  const { id, email } = reply.body.user
  const { access_token: token, refresh_token } = reply.body
  return { ...system.api.as({ id, email, password: PASSWORD, token, refresh_token }), home, reply }
}
/** Wrong passwords from everywhere, more than an account bears. */
const guess = async (email: string) => {
  for (let i = 0; i < 22; i++) await login(email, from(elsewhere(), 'guesser/1.0'), 'wrong password')
  expect(await login(email, from(elsewhere(), 'guesser/1.0'))).toMatchObject({ status: 429 })
}
const resetToken = async (email: string, id: string) => {
  await system.api.call('POST', '/auth/password/forgot', { body: { email }, headers: from(elsewhere()) })
  return mailedToken(system, id, 'reset_password')
}

describe('while an account is guessed at from everywhere', () => {
  let person: Awaited<ReturnType<typeof register>>
  beforeAll(async () => {
    person = await register()
    await guess(person.email)
  })

  test('a known device gets in from wherever it is, by header or by cookie', async () => {
    for (const proof of [{ 'x-device-token': proofOf(person.reply) }, { cookie: cookieOf(person.reply) }])
      expect(await login(person.email, from(elsewhere(), LAPTOP, proof))).toMatchObject({ status: 200 })
  })

  test('somebody who looks like the person did gets in without a proof', async () => {
    expect(await login(person.email, from(person.home))).toMatchObject({ status: 200 })
  })

  test.each([
    ['none', () => ({})],
    ['one that was made up', () => ({ 'x-device-token': 'a'.repeat(43) })],
    ['one of another form', () => ({ 'x-device-token': `${'a'.repeat(42)}'` })],
  ])('no stranger gets in with this proof: %s', async (_, proof) => {
    expect(await login(person.email, from(elsewhere(), LAPTOP, proof()))).toMatchObject({ status: 429 })
  })

  test('a device of another account is a stranger', async () => {
    const other = await register()
    const proof = { 'x-device-token': proofOf(other.reply) }
    expect(await login(person.email, from(elsewhere(), LAPTOP, proof))).toMatchObject({ status: 429 })
  })

  test('whoever is signed in can change the password, wherever they are', async () => {
    const body = { current_password: 'wrong password', new_password: NEXT }
    const change = () => person.post('/auth/password/change', body, { headers: from(elsewhere()) })
    expect(await change()).toMatchObject({ status: 400, body: { code: 'auth.password_wrong' } })
  })
})

test('a known device has five tries of its own, which count for nobody else', async () => {
  const person = await register()
  const proof = { 'x-device-token': proofOf(person.reply) }
  const statuses = []
  for (let i = 0; i < 6; i++)
    statuses.push((await login(person.email, from(elsewhere(), LAPTOP, proof), 'wrong password')).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  expect(await login(person.email, from(elsewhere(), PHONE))).toMatchObject({ status: 200 })
})

describe('a new password that was set by mail', () => {
  test('gets in by the device that it was set on, while guessing goes on', async () => {
    const person = await register()
    await guess(person.email)
    const token = await resetToken(person.email, person.id)
    const away = elsewhere()
    const body = { token, password: NEXT }
    const reset = await system.api.call('POST', '/auth/password/reset', { body, headers: from(away, PHONE) })
    expect(reset).toMatchObject({ status: 204 })
    await guess(person.email)
    const proof = { 'x-device-token': proofOf(reset) }
    expect(await login(person.email, from(elsewhere(), PHONE, proof), NEXT)).toMatchObject({ status: 200 })
    // A client that keeps no proof, where the mail was opened.
    expect(await login(person.email, from(away, PHONE), NEXT)).toMatchObject({ status: 200 })
    // The device of before is a stranger: it may be whose hands the password was in.
    const before = { 'x-device-token': proofOf(person.reply) }
    expect(await login(person.email, from(elsewhere(), LAPTOP, before), NEXT)).toMatchObject({ status: 429 })
  })
})

const notices = async (person: Parameters<typeof listWith>[0]) => {
  const { items } = (await person.get('/notifications?limit=100', { headers: { 'accept-language': 'en' } })).body
  return (items as { title: string; body: string }[]).filter(({ title }) => title === 'New sign-in to your account')
}
/** All notices of a person, once one from this address is there; they come in the order of the sign-ins. */
const noticesUpTo = (person: Parameters<typeof listWith>[0], address: string) =>
  until(async () => {
    const all = await notices(person)
    return all.some(({ body }) => body.includes(address)) && all
  })

describe('a notice of a sign-in', () => {
  test('names time, address, browser and device, in the language of its reader', async () => {
    const person = await register()
    await login(person.email, from('203.0.113.77', PHONE))
    const [notice] = await noticesUpTo(person, '203.0.113.77')
    expect(notice?.body).toMatch(
      /^Somebody signed in on \w+ \d+, \d{4} at \d+:\d\d\s[AP]M \(UTC\) from 203\.0\.113\.77 \(Safari, iPhone\)\./,
    )
    const { items } = (await person.get('/notifications', { headers: { 'accept-language': 'ru' } })).body
    const russian = (items as { body: string }[]).find(({ body }) => body.includes('203.0.113.77'))
    expect(russian?.body).toMatch(/^Вход выполнен .* с адреса 203\.0\.113\.77 \(Safari, iPhone\)\. Если это были не вы/)
  })

  test('comes once for an unknown device, and for none that is one’s own', async () => {
    const person = await register()
    // Where it was registered; the same browser after an update; elsewhere, with its proof.
    const updated = LAPTOP.replace('142.0.0.0', '143.0.0.0')
    await login(person.email, from(person.home))
    await login(person.email, from(person.home, updated))
    await login(person.email, from(elsewhere(), LAPTOP, { 'x-device-token': proofOf(person.reply) }))
    // Unknown: at first, not again.
    const phone = await login(person.email, from('203.0.113.78', PHONE))
    await login(person.email, from('203.0.113.78', PHONE))
    await login(person.email, from(elsewhere(), PHONE, { cookie: cookieOf(phone) }))
    // Another unknown one, whose notice comes after all that might come of these.
    await login(person.email, from('203.0.113.79', PHONE))
    const all = await noticesUpTo(person, '203.0.113.79')
    expect(all).toHaveLength(2)
    expect(all.filter(({ body }) => body.includes('203.0.113.78'))).toHaveLength(1)
  })

  test('comes once for two sign-ins at once', async () => {
    const person = await register()
    await Promise.all([1, 2, 3].map(() => login(person.email, from('203.0.113.80', PHONE))))
    await login(person.email, from('203.0.113.81', PHONE))
    expect(await noticesUpTo(person, '203.0.113.81')).toHaveLength(2)
  })

  test('comes again of a device whose session its person has ended, not of one that signed out', async () => {
    const person = await register()
    const signIn = async (address: string) => {
      const reply = await login(person.email, from(address, PHONE))
      return { token: reply.body.access_token as string, proof: { 'x-device-token': proofOf(reply) } }
    }
    const [out, ended] = [await signIn('203.0.113.82'), await signIn('203.0.113.83')]
    const { items } = (await system.api.call('GET', '/auth/sessions', { token: ended.token })).body
    const { id } = items.find((s: { current: boolean }) => s.current)
    await system.api.call('POST', '/auth/logout', { token: out.token })
    await person.delete(`/auth/sessions/${id}`)
    await login(person.email, from('203.0.113.84', PHONE, out.proof))
    await login(person.email, from('203.0.113.85', PHONE, ended.proof))
    const all = await noticesUpTo(person, '203.0.113.85')
    expect(all.some(({ body }) => body.includes('203.0.113.84'))).toBe(false)
  })

  test('has no words of whoever signed in', async () => {
    const person = await register()
    await login(person.email, from('203.0.113.86', 'Your account is blocked: visit https://evil.example/'))
    const [notice] = await noticesUpTo(person, '203.0.113.86')
    expect(notice?.body).toContain('(unknown browser, unknown device)')
    expect(notice?.body).not.toMatch(/evil|blocked/)
  })
})

test('a client that keeps no proof has a bounded number of rows, and takes no proof away from others that look like it', async () => {
  const person = await register()
  const account_id = person.id
  const { auth } = system.databases
  const { fingerprint } = await auth
    .selectFrom('devices')
    .select('fingerprint')
    .where('account_id', '=', account_id)
    .executeTakeFirstOrThrow()
  const proof = { 'x-device-token': proofOf(person.reply) }
  expect(await login(person.email, from(elsewhere(), LAPTOP, proof))).toMatchObject({ status: 200 })
  const old = Array.from({ length: 40 }, () => ({
    ...{ id: randomUUID(), account_id, fingerprint, token_hash: randomBytes(32) },
    last_used_at: new Date('2020-01-01'),
  }))
  await auth.insertInto('devices').values(old).execute()
  await login(person.email, from(person.home))
  const rows = await auth.selectFrom('devices').select('proven').where('account_id', '=', account_id).execute()
  expect(rows.filter(({ proven }) => !proven)).toHaveLength(30)
  // Each of these deletes one that is too many; two that wait for each other would be a deadlock.
  const account = await auth
    .selectFrom('accounts')
    .select(['id', 'password_hash'])
    .where('id', '=', account_id)
    .executeTakeFirstOrThrow()
  const url = system.config.databases?.auth ?? ''
  const processes = [1, 2, 3, 4].map(() => openDatabase<AuthDb>(url, { max: 10, applicationName: 'test' }))
  const program = randomBytes(32)
  const opened = Array.from({ length: 1_000 }, (_, i) => {
    const session = { id: uuidv7(), user_agent: null, ip: null, refresh_token_hash: randomBytes(32) }
    const device = { id: null, fingerprint: program, token_hash: randomBytes(32) }
    return insertSession(processes[i % processes.length]!, account, session, device)
  })
  const refused = (await Promise.allSettled(opened)).filter(({ status }) => status === 'rejected')
  await Promise.all(processes.map((db) => db.destroy()))
  expect(refused).toEqual([])
  await guess(person.email)
  expect(await login(person.email, from(elsewhere(), LAPTOP, proof))).toMatchObject({ status: 200 })
})

test('proofs are kept as hashes, and in no log', async () => {
  const { reply, email } = await register()
  const proof = proofOf(reply)
  await login(email, from(elsewhere(), LAPTOP, { 'x-device-token': proof, cookie: cookieOf(reply) }))
  const rows = await system.databases.auth.selectFrom('devices').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(proof)
  expect(system.logs.join('')).not.toContain(proof)
})
