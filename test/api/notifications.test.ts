import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { signServiceToken } from '../../service-token.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ env: { DEV_PAGES: 'true' } })
  person = await system.api.register()
})
afterAll(() => system.stop())

const own = (extra: Record<string, unknown> = {}, whom = person) => ({
  user_id: whom.id,
  topic: 'custom',
  title: 'Напоминание',
  body: 'Снять второй дубль',
  channels: ['in_app'],
  ...extra,
})
const list = async (whom: Person, query = '') => (await whom.get(`/notifications${query}`)).body
/** Waits until the person's list satisfies; the consumer needs a moment. */
const eventually = (whom: Person, ready: (items: { topic: string }[]) => boolean) =>
  until(async () => {
    const { items } = await list(whom, '?limit=100')
    return ready(items) && items
  })

test('whoever registers is welcomed once, in his language', async () => {
  const newcomer = await system.api.register({ locale: 'ru' })
  const items = await eventually(newcomer, (all) => all.some((n) => n.topic === 'welcome'))
  expect(items.filter((n: { topic: string }) => n.topic === 'welcome')).toMatchObject([
    { user_id: newcomer.id, title: 'Добро пожаловать', read_at: null },
  ])
  const english = await newcomer.get('/notifications', { headers: { 'accept-language': 'en' } })
  expect(english.body.items[0].title).toBe('Welcome')
})

test('a notification to oneself: 401, 403, 422, 201', async () => {
  const other = await system.api.register()
  expect((await system.api.call('POST', '/notifications', { body: own() })).status).toBe(401)
  expect((await person.post('/notifications', own({}, other))).body.code).toBe('access.denied')
  expect((await person.post('/notifications', own({ user_id: randomUUID() }))).status).toBe(403)
  for (const [wrong, path] of [
    [{ topic: 'gossip' }, '/topic'],
    [{ title: ' ' }, '/title'],
    [{ channels: [] }, '/channels'],
    [{ channels: ['pigeon'] }, '/channels/0'],
    [{ urgent: true }, '/urgent'],
    [{ body: undefined }, '/body'],
  ] as const) {
    const reply = await person.post('/notifications', own(wrong))
    expect({ status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({ status: 422, path })
  }
  const reply = await person.post('/notifications', own())
  expect(reply).toMatchObject({
    status: 201,
    body: {
      user_id: person.id,
      topic: 'custom',
      title: 'Напоминание',
      read_at: null,
      deliveries: [{ channel: 'in_app', status: 'delivered', attempts: 1 }],
    },
  })
})

test('the same dedupe key gives the first, also ten times at once', async () => {
  const body = own({ dedupe_key: randomUUID() })
  const replies = await Promise.all(Array.from({ length: 10 }, () => person.post('/notifications', body)))
  expect(replies.map((r) => r.status).toSorted()).toEqual([...Array(9).fill(200), 201])
  expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
  const again = await person.post('/notifications', { ...body, title: 'Другое' })
  expect(again).toMatchObject({ status: 200, body: { id: replies[0]?.body.id, title: 'Напоминание' } })
})

test('nobody keeps a notification of ours away by taking its key first', async () => {
  const careful = await system.api.register()
  const hour = Math.floor(Date.now() / 3_600_000)
  for (const n of [hour, hour + 1])
    expect((await careful.post('/notifications', own({ dedupe_key: `sign_in ${n}` }, careful))).status).toBe(201)
  const { email, password } = careful
  expect((await system.api.call('POST', '/auth/login', { body: { email, password } })).status).toBe(200)
  await eventually(careful, (all) => all.some((n) => n.topic === 'security'))
})

test('another backend tells people with a service token: wrong audience or expired 401, wrong scope 403', async () => {
  const key = system.keys.serviceToken
  const token = (
    scope: 'notifications:send' | 'contacts:read',
    to: 'notifications' | 'users' = 'notifications',
    s = 60,
  ) => signServiceToken(key, 'billing', to, scope, s)
  const post = async (bearer: string, body: unknown) =>
    system.api.call('POST', '/notifications', { token: bearer, body })
  expect((await post(await token('notifications:send', 'users'), own())).status).toBe(401)
  expect((await post(await token('notifications:send', 'notifications', -60), own())).status).toBe(401)
  expect((await post(await token('contacts:read'), own())).body.code).toBe('access.denied')
  expect((await post(await token('notifications:send'), own())).status).toBe(201)
  const nobody = await post(await token('notifications:send'), own({ user_id: randomUUID() }))
  expect(nobody).toMatchObject({ status: 422, body: { code: 'user.not_found', errors: [{ path: '/user_id' }] } })
  // It opens nothing else.
  expect((await system.api.call('GET', '/notifications', { token: await token('notifications:send') })).status).toBe(
    401,
  )
})

test('reading lowers the unread count; foreign and unknown ones are not there', async () => {
  const reader = await system.api.register()
  await eventually(reader, (all) => all.length === 1)
  const [first, second] = [
    (await reader.post('/notifications', own({}, reader))).body,
    (await reader.post('/notifications', own({}, reader))).body,
  ]
  expect((await list(reader)).unread_count).toBe(3)
  expect((await person.post(`/notifications/${first.id}/read`)).status).toBe(404)
  expect((await reader.post(`/notifications/${randomUUID()}/read`)).status).toBe(404)
  expect((await reader.post(`/notifications/${first.id}/read`)).status).toBe(204)
  expect((await reader.post(`/notifications/${first.id}/read`)).status).toBe(204)
  const unread = await list(reader, '?unread=true')
  expect(unread.unread_count).toBe(2)
  expect(unread.items.map((n: { id: string }) => n.id)).toEqual([second.id, expect.any(String)])
  expect((await reader.post('/notifications/read-all')).status).toBe(204)
  expect(await list(reader, '?unread=true')).toMatchObject({ items: [], unread_count: 0 })
})

test('pages hold still while new ones come', async () => {
  const reader = await system.api.register()
  await eventually(reader, (all) => all.length === 1)
  for (let n = 0; n < 4; n++) await reader.post('/notifications', own({ title: `№ ${n}` }, reader))
  const first = await list(reader, '?limit=2')
  await reader.post('/notifications', own({ title: 'новое' }, reader))
  const second = await list(reader, `?limit=10&cursor=${first.next_cursor}`)
  const titles = [...first.items, ...second.items].map((n: { title: string }) => n.title)
  expect(titles).toEqual(['№ 3', '№ 2', '№ 1', '№ 0', expect.any(String)])
  expect(second.next_cursor).toBeNull()
})

test('preferences: every topic and channel, kept as chosen; what is mandatory stays on', async () => {
  const chooser = await system.api.register()
  const before = (await chooser.get('/notifications/preferences')).body
  expect(Object.keys(before.topics)).toHaveLength(9)
  expect(before).toMatchObject({ quiet_hours: null, digest: 'off', topics: { security: { email: true, sms: true } } })
  // What was read may be written back.
  expect((await chooser.put('/notifications/preferences', before)).body).toEqual(before)
  for (const [body, path] of [
    [{ topics: { security: { email: false } } }, '/topics/security/email'],
    [{ topics: { account: { in_app: false } } }, '/topics/account/in_app'],
    [{ topics: { gossip: { email: false } } }, '/topics/gossip'],
    [{ topics: { share: { email: 'no' } } }, '/topics/share/email'],
    [{ quiet_hours: { start: '25:00', end: '07:00', timezone: 'Europe/Moscow' } }, '/quiet_hours/start'],
    [{ quiet_hours: { start: '22:00', end: '07:00', timezone: 'Mars/Base' } }, '/quiet_hours/timezone'],
    [{ quiet_hours: { start: '22:00', end: '22:00', timezone: 'UTC' } }, '/quiet_hours/end'],
    [{ digest: 'hourly' }, '/digest'],
  ] as const) {
    const reply = await chooser.put('/notifications/preferences', body)
    expect({ path: reply.body.errors?.[0]?.path, status: reply.status }).toEqual({ path, status: 422 })
  }
  const quiet_hours = { start: '22:00', end: '07:30', timezone: 'Asia/Yekaterinburg' }
  const saved = await chooser.put('/notifications/preferences', {
    topics: { custom: { email: false, in_app: false } },
    quiet_hours,
    digest: 'daily',
  })
  expect(saved).toMatchObject({
    status: 200,
    body: { quiet_hours, digest: 'daily', topics: { custom: { email: false, in_app: false, web_push: true } } },
  })
  expect((await chooser.get('/notifications/preferences')).body).toEqual(saved.body)
  const told = await chooser.post('/notifications', own({ channels: ['in_app', 'email'] }, chooser))
  expect(told.body.deliveries).toEqual([
    { channel: 'in_app', status: 'suppressed', attempts: 0 },
    { channel: 'email', status: 'suppressed', attempts: 0 },
  ])
  const items = await eventually(chooser, (all) => all.some((n) => n.topic === 'welcome'))
  expect(items.filter((n: { topic: string }) => n.topic === 'custom')).toEqual([])
})

test('push subscriptions: public https only, once each, one’s own to delete', async () => {
  const keys = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') }
  const subscribe = (endpoint: string) => person.post('/notifications/push-subscriptions', { endpoint, keys })
  for (const endpoint of [
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
  ]) {
    const reply = await subscribe(endpoint)
    expect({ endpoint, status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({
      endpoint,
      status: 422,
      path: '/endpoint',
    })
  }
  const endpoint = `https://push.example.com/${randomUUID()}`
  const first = await subscribe(endpoint)
  expect(first.status).toBe(201)
  expect(await subscribe(endpoint)).toMatchObject({ status: 200, body: { id: first.body.id } })
  const other = await system.api.register()
  expect((await other.delete(`/notifications/push-subscriptions/${first.body.id}`)).status).toBe(404)
  expect((await person.delete(`/notifications/push-subscriptions/${first.body.id}`)).status).toBe(204)
  expect((await person.delete(`/notifications/push-subscriptions/${first.body.id}`)).status).toBe(404)
})

/** Reads a stream until so many notifications came; the ids and titles. */
async function listen(whom: Person, count: number, headers: Record<string, string>, opened: () => Promise<unknown>) {
  const gone = new AbortController()
  const response = await fetch(`${system.api.origin}/api/v1/notifications/stream`, {
    headers: { authorization: `Bearer ${whom.token}`, ...headers },
    signal: gone.signal,
  })
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  const found: { id: string; title: string }[] = []
  await opened()
  let text = ''
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8')
    found.splice(0)
    for (const [, id = '', data = ''] of text.matchAll(/id: (\d+)\nevent: notification\ndata: (.*)\n\n/g))
      found.push({ id, title: (JSON.parse(data) as { title: string }).title })
    if (found.length >= count) break
  }
  gone.abort()
  return found
}

test('the stream tells new ones in their order and goes on behind what was seen', async () => {
  expect((await system.api.call('GET', '/notifications/stream')).status).toBe(401)
  const reader = await system.api.register()
  await eventually(reader, (all) => all.length === 1)
  const tell = (title: string) => reader.post('/notifications', own({ title }, reader))
  const live = await listen(reader, 3, {}, async () => {
    for (const title of ['a', 'b', 'c']) await tell(title)
  })
  expect(live.map((n) => n.title)).toEqual(['a', 'b', 'c'])
  await tell('d')
  const resumed = await listen(reader, 3, { 'last-event-id': live[0]?.id ?? '' }, async () => {})
  expect(resumed.map((n) => n.title)).toEqual(['b', 'c', 'd'])
  // Of several at once none is passed by.
  const crowd = await listen(reader, 20, { 'last-event-id': resumed[2]?.id ?? '' }, () =>
    Promise.all(Array.from({ length: 20 }, (_, n) => tell(`n${n}`))),
  )
  expect(new Set(crowd.map((n) => n.title)).size).toBe(20)
})

test('what could not be sent stands on the developer’s page, marked so and escaped', async () => {
  const reader = await system.api.register()
  const told = await reader.post('/notifications', own({ title: '<b>Жирно</b>', channels: ['email'] }, reader))
  expect(told.status).toBe(201)
  const page = await until(async () => {
    const seen = await system.api.call('GET', `${system.api.origin}/dev/outbox`)
    return seen.text.includes('Жирно') && seen
  })
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.text).toContain('not sent')
  expect(page.text).toContain(reader.email)
  expect(page.text).not.toContain('<b>Жирно')
})

test('browsers get the public key to subscribe with: a point of P-256, the same each time', async () => {
  expect((await system.api.call('GET', '/notifications/push-key')).status).toBe(401)
  const person = await system.api.register()
  const { status, body } = await person.get('/notifications/push-key')
  expect(status).toBe(200)
  const point = Buffer.from(body.public_key, 'base64url')
  expect([point.length, point[0]]).toEqual([65, 4])
  expect((await person.get('/notifications/push-key')).body).toEqual(body)
})
