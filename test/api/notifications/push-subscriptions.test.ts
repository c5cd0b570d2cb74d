import { createECDH, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ workers: ['auth', 'users'], relays: false })
  person = await system.api.register()
})
afterAll(() => system.stop())

const PATH = '/notifications/push-subscriptions'
const point = (form: 'uncompressed' | 'compressed' | 'hybrid' = 'uncompressed') => {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  return pair.getPublicKey('base64url', form)
}
const AUTH = Buffer.alloc(16, 1).toString('base64url')
const at = (host = `${randomUUID()}.example.com`) => `https://${host}/${randomUUID()}`
const subscribe = (by: Person, endpoint = at(), keys: object = {}) =>
  by.post(PATH, { endpoint, keys: { p256dh: point(), auth: AUTH, ...keys } })
const endpoints = async (of: Person): Promise<string[]> =>
  (await of.get(PATH)).body.items.map((item: { endpoint: string }) => item.endpoint)
const remove = (by: Person, id: string) => by.delete(`${PATH}/${id}`)

test.each([
  ['GET', '/notifications/push-key'],
  ['GET', PATH],
  ['POST', PATH],
  ['DELETE', `${PATH}/${randomUUID()}`],
])('%s %s needs a token', async (method, path) => {
  expect(await system.api.call(method, path)).toMatchObject({ status: 401 })
})

test('browsers get the public key to subscribe with: a point of P-256, the same each time', async () => {
  const { status, body } = await person.get('/notifications/push-key')
  expect(status).toBe(200)
  const bytes = Buffer.from(body.public_key, 'base64url')
  expect([bytes.length, bytes[0]]).toEqual([65, 4])
  expect((await person.get('/notifications/push-key')).body).toEqual(body)
})

test.each([
  'http://push.example.com/x',
  'https://localhost/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://[::ffff:10.0.0.1]/x',
  'https://10.1.2.3/x',
  'https://169.254.169.254/latest',
  'https://192.168.0.1/x',
  'https://[fe80::1]/x',
  'https://2130706433/x',
  'https://0x7f.1/x',
  'https://user@push.example.com/x',
  'nonsense',
])('a subscription is at public https only, not at %s', async (endpoint) => {
  const reply = await subscribe(person, endpoint)
  expect({ status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({ status: 422, path: '/endpoint' })
})

const flipped = () => {
  const bytes = Buffer.from(point(), 'base64url')
  bytes[64] = (bytes[64] as number) ^ 1
  return bytes.toString('base64url')
}
test.each<[string, string, () => object]>([
  ['beside the curve', '/keys/p256dh', () => ({ p256dh: flipped() })],
  ['of nothing but fours', '/keys/p256dh', () => ({ p256dh: Buffer.alloc(65, 4).toString('base64url') })],
  ['at infinity', '/keys/p256dh', () => ({ p256dh: Buffer.alloc(65).toString('base64url') })],
  ['in the compressed form', '/keys/p256dh', () => ({ p256dh: point('compressed') })],
  ['in the hybrid form', '/keys/p256dh', () => ({ p256dh: point('hybrid') })],
  ['in no base64url', '/keys/p256dh', () => ({ p256dh: '!'.repeat(87) })],
  ['with a secret of 15 bytes', '/keys/auth', () => ({ auth: Buffer.alloc(15).toString('base64url') })],
  ['with a secret of 17 bytes', '/keys/auth', () => ({ auth: Buffer.alloc(17).toString('base64url') })],
])('a key %s is refused', async (_what, path, keys) => {
  const reply = await subscribe(person, at(), keys())
  expect({ status: reply.status, paths: reply.body.errors?.map((e: { path: string }) => e.path) }).toEqual({
    status: 422,
    paths: [path],
  })
})

describe('a subscription that was made', () => {
  const endpoint = at()
  let first: Reply
  beforeAll(async () => {
    first = await subscribe(person, endpoint)
  })

  test('is new, and of this session', () =>
    expect(first).toMatchObject({ status: 201, body: { endpoint, current: true } }))

  test('is the same when it is made again, and listed once', async () => {
    expect(await subscribe(person, endpoint)).toMatchObject({ status: 200, body: { id: first.body.id } })
    expect((await person.get(PATH)).body).toEqual({ items: [first.body] })
  })

  test('is made once by ten at once', async () => {
    const busy = await system.api.register()
    const same = at()
    const replies = await Promise.all(Array.from({ length: 10 }, () => subscribe(busy, same)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([...Array(9).fill(200), 201])
    expect(await endpoints(busy)).toEqual([same])
  })

  test('is not there for others to see or delete', async () => {
    const other = await system.api.register()
    expect(await endpoints(other)).toEqual([])
    expect((await remove(other, first.body.id)).status).toBe(404)
  })

  test('belongs to the session it was made in last', async () => {
    const { email, password } = person
    const { body } = await system.api.call('POST', '/auth/login', { body: { email, password } })
    const again = system.api.as({ ...person, token: body.access_token })
    expect((await again.get(PATH)).body.items).toMatchObject([{ id: first.body.id, current: false }])
    expect(await subscribe(again, endpoint)).toMatchObject({ status: 200, body: { current: true } })
    expect((await person.get(PATH)).body.items).toMatchObject([{ id: first.body.id, current: false }])
  })

  test('is deleted, once', async () => {
    expect((await remove(person, first.body.id)).status).toBe(204)
    expect((await remove(person, first.body.id)).status).toBe(404)
  })
})

test('a browser is told what concerns one person: who subscribes there next takes it over', async () => {
  const [one, other] = [await system.api.register(), await system.api.register()]
  const endpoint = at()
  const { body: before } = await subscribe(one, endpoint)
  const taken = await subscribe(other, endpoint)
  expect(taken.status).toBe(201)
  expect(taken.body.id).not.toBe(before.id)
  expect([await endpoints(one), await endpoints(other)]).toEqual([[], [endpoint]])
  expect((await remove(one, taken.body.id)).status).toBe(404)
  // Both at once, again and again: it is one of them’s.
  const all = await Promise.all([one, other, one, other, one, other].map((who) => subscribe(who, endpoint)))
  expect(all.map((r) => r.status).filter((s) => s > 201)).toEqual([])
  expect((await endpoints(one)).length + (await endpoints(other)).length).toBe(1)
})

describe('beyond the most', () => {
  test('of three at one host, however it is written, the oldest gives way', async () => {
    const eager = await system.api.register()
    const elsewhere = at()
    await subscribe(eager, elsewhere)
    const made: string[] = []
    for (const host of [
      'push.example.com',
      'PUSH.example.com',
      'push.example.com.',
      'push.example.com:8443',
      'push.example.com',
    ])
      made.push((await subscribe(eager, at(host))).body.endpoint)
    expect(await endpoints(eager)).toEqual([elsewhere, ...made.slice(-3)])
  })

  test('of ten in all, the oldest gives way, by requests at once too', async () => {
    const eager = await system.api.register()
    const first: string[] = []
    for (let n = 0; n < 10; n++) first.push((await subscribe(eager)).body.endpoint)
    await subscribe(eager)
    expect(await endpoints(eager)).toEqual([...first.slice(1), expect.any(String)])
    const replies = await Promise.all(Array.from({ length: 15 }, () => subscribe(eager)))
    expect(replies.map((r) => r.status)).toEqual(Array(15).fill(201))
    expect(await endpoints(eager)).toHaveLength(10)
  })
})
