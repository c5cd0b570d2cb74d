import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { DEV_PAGES: 'true' } })
})
afterAll(() => system.stop())

let numbers = 1_000_000
/** Each test has a number of its own: they are limited. */
const withPhone = async (extra = {}): Promise<Person & { phone: string }> => {
  const phone = `+7916${numbers++}`
  return { ...(await system.api.register({ phone_number: phone, ...extra })), phone }
}
const ask = (person: Person, options = {}) => person.post(`/users/${person.id}/phone/code`, undefined, options)
const verify = (person: Person, code: unknown) => person.post(`/users/${person.id}/phone/verify`, { code })
const phoneOf = async (person: Person) => (await person.get(`/users/${person.id}/phone`)).body
const textsTo = (phone: string) =>
  system.databases.notifications
    .selectFrom('text_messages')
    .selectAll()
    .where('recipient', '=', phone)
    .orderBy('created_at')
    .execute()
/** The code of the n-th text to that number, as soon as it is there. */
const codeOf = (phone: string, n = 1): Promise<string> =>
  until(async () => /\b\d{6}\b/.exec((await textsTo(phone))[n - 1]?.text ?? '')?.[0])
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

type Way = readonly [method: string, path: string, body: unknown]
const WAYS: readonly Way[] = [
  ['GET', '', undefined],
  ['POST', '/code', undefined],
  ['POST', '/verify', { code: '000000' }],
]

describe('of a number', () => {
  let person: Person, stranger: Person
  beforeAll(async () => {
    person = await withPhone()
    stranger = await system.api.register()
  })
  const call = ([method, path, body]: Way, id: string, token?: string) =>
    system.api.call(method, `/users/${id}/phone${path}`, { body, token })

  test.each(WAYS)('%s …/phone%s needs a token', async (...way) => {
    expect((await call(way, person.id)).status).toBe(401)
  })

  test.each(WAYS)('%s …/phone%s is not for others', async (...way) => {
    expect((await call(way, person.id, stranger.token)).body.code).toBe('access.denied')
  })

  test.each(WAYS)('%s …/phone%s knows nobody of an unknown id', async (...way) => {
    expect((await call(way, randomUUID(), person.token)).body.code).toBe('user.not_found')
  })

  test('no code can be asked for when there is none', async () => {
    expect((await ask(stranger)).body).toMatchObject({ status: 409, code: 'user.phone_missing' })
  })

  test.each(['12345', '1234567', 'abcdef', 123456, undefined])('%p is no code: 422', async (code) => {
    expect(await verify(person, code)).toMatchObject({ status: 422, body: { errors: [{ path: '/code' }] } })
  })

  test('a code that was not asked for is wrong', async () => {
    expect((await verify(person, '123456')).body.code).toBe('user.phone_code_invalid')
  })
})

test('the code of the text proves the number, once; another number is not proven by it', async () => {
  const person = await withPhone({ locale: 'ru' })
  expect(await phoneOf(person)).toEqual({ phone_number: person.phone, verified_at: null })
  const sent = await person.post('/notifications', {
    ...{ user_id: person.id, topic: 'custom', title: 'Рано', body: 'Текст', channels: ['in_app', 'sms'] },
  })
  expect(sent.status).toBe(201)
  const smsOf = async () => {
    const { items } = (await person.get('/notifications?limit=100')).body
    const { deliveries } = items.find((n: { id: string }) => n.id === sent.body.id)
    return deliveries.find((d: { channel: string }) => d.channel === 'sms')
  }
  await until(async () => (await smsOf()).status !== 'queued')
  expect(await smsOf()).toEqual({ channel: 'sms', status: 'not_configured', attempts: 0 })
  expect((await ask(person)).status).toBe(202)
  const code = await codeOf(person.phone)
  // Nothing went to a number that was not proven but its code.
  expect(await textsTo(person.phone)).toMatchObject([
    { text: `Scenor: код ${code}. Никому его не сообщайте.`, segments: 1 },
  ])
  expect((await verify(person, other(code))).body.code).toBe('user.phone_code_invalid')
  expect((await verify(person, code)).status).toBe(204)
  expect((await verify(person, code)).body.code).toBe('user.phone_code_invalid')
  expect((await phoneOf(person)).verified_at).toMatch(/Z$/)
  await person.post('/notifications', {
    ...{ user_id: person.id, topic: 'custom', title: 'Теперь', body: 'Текст', channels: ['sms'] },
  })
  await until(async () => (await textsTo(person.phone)).length >= 2)
  expect((await textsTo(person.phone))[1]?.text).toBe('Scenor: Теперь. Текст')
  // The same number stays proven, another one is not.
  await person.put(`/users/${person.id}`, { phone_number: person.phone })
  expect((await phoneOf(person)).verified_at).not.toBeNull()
  await person.put(`/users/${person.id}`, { phone_number: '+79169999999' })
  expect(await phoneOf(person)).toEqual({ phone_number: '+79169999999', verified_at: null })
})

test('a code has five tries, many at once included; asking again gives a new one and ends the old', async () => {
  const person = await withPhone()
  await ask(person)
  const first = await codeOf(person.phone)
  const wrong = await Promise.all(Array.from({ length: 10 }, () => verify(person, other(first))))
  expect(wrong.map((r) => r.status)).toEqual(Array(10).fill(400))
  expect((await verify(person, first)).status).toBe(400)
  await ask(person)
  const second = await codeOf(person.phone, 2)
  if (second !== first) expect((await verify(person, first)).status).toBe(400)
  expect((await verify(person, second)).status).toBe(204)
})

test('a code is of no use when its time is over, or the number changed meanwhile', async () => {
  const late = await withPhone()
  await ask(late)
  const code = await codeOf(late.phone)
  await sql`update phone_codes set expires_at = clock_timestamp() where user_id = ${late.id}`.execute(
    system.databases.users,
  )
  expect((await verify(late, code)).status).toBe(400)
  const moved = await withPhone()
  await ask(moved)
  const old = await codeOf(moved.phone)
  await moved.put(`/users/${moved.id}`, { phone_number: '+79168888888' })
  expect((await verify(moved, old)).status).toBe(400)
  expect((await phoneOf(moved)).verified_at).toBeNull()
})

test('the same key asks once; what is promised while the workers are away is kept', async () => {
  const person = await withPhone()
  await system.stopWorkers('notifications')
  const headers = { 'idempotency-key': randomUUID() }
  expect((await ask(person, { headers })).status).toBe(202)
  const again = await ask(person, { headers })
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true'])
  expect(await textsTo(person.phone)).toEqual([])
  await system.startWorkers('notifications')
  const code = await codeOf(person.phone)
  expect((await verify(person, code)).status).toBe(204)
  expect(await textsTo(person.phone)).toHaveLength(1)
})

test('neither code nor number stands in what is stored, in events, logs or the history', async () => {
  const person = await withPhone()
  await ask(person)
  const code = await codeOf(person.phone)
  const { users } = system.databases
  const row = await users
    .selectFrom('phone_codes')
    .selectAll()
    .where('user_id', '=', person.id)
    .executeTakeFirstOrThrow()
  expect(row.code_hash).toHaveLength(32)
  const handle = system.temporal.workflow.getHandle(`phone-code-${row.id}`)
  await handle.result()
  const history = JSON.stringify(await handle.fetchHistory())
  expect((await verify(person, code)).status).toBe(204)
  const events = await users.selectFrom('outbox').selectAll().where('key', '=', person.id).execute()
  expect(events.map((e) => e.type)).toContain('user_updated')
  for (const text of [history, JSON.stringify(events), system.logs.join('\n')]) {
    expect(text).not.toContain(person.phone.slice(1))
    expect(text).not.toContain(code)
  }
})
