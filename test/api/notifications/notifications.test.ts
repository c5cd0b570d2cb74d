import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { dataSchema } from '../../../events/envelope.ts'
import { signServiceToken } from '../../../internal/token.ts'
import { userEvent } from '../../support/events.ts'
import type { Person } from '../../support/http.ts'
import { listWith, toOneself } from '../../support/notifications.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'
import { until } from '../../support/until.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ env: { DEV_PAGES: 'true' } })
  person = await system.api.register()
})
afterAll(() => system.stop())

const list = async (reader: Person, query = '') => (await reader.get(`/notifications${query}`)).body

test('a person who registers is welcomed once, in the language of the profile', async () => {
  const newcomer = await system.api.register({ locale: 'ru' })
  const items = await listWith(newcomer, (all) => all.some((n) => n.topic === 'welcome'))
  expect(items.filter((n: { topic: string }) => n.topic === 'welcome')).toMatchObject([
    { user_id: newcomer.id, title: 'Добро пожаловать', read_at: null },
  ])
  const english = await newcomer.get('/notifications', { headers: { 'accept-language': 'en' } })
  expect(english.body.items[0].title).toBe('Welcome')
})

describe('POST /notifications', () => {
  test('needs a token', async () => {
    expect((await system.api.call('POST', '/notifications', { body: toOneself(person) })).status).toBe(401)
  })

  test('is not for others', async () => {
    const other = await system.api.register()
    expect((await person.post('/notifications', toOneself(other))).body.code).toBe('access.denied')
  })

  test('is not for nobody, either', async () => {
    expect((await person.post('/notifications', toOneself({ id: randomUUID() }))).status).toBe(403)
  })

  test.each<[string, object]>([
    ['/topic', { topic: 'gossip' }],
    ['/title', { title: ' ' }],
    ['/channels', { channels: [] }],
    ['/channels/0', { channels: ['pigeon'] }],
    ['/urgent', { urgent: true }],
    ['/body', { body: undefined }],
  ])('refuses at %s %j', async (path, wrong) => {
    const reply = await person.post('/notifications', toOneself(person, { ...wrong }))
    expect({ status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({ status: 422, path })
  })

  test('tells oneself', async () => {
    expect(await person.post('/notifications', toOneself(person))).toMatchObject({
      status: 201,
      body: {
        user_id: person.id,
        topic: 'custom',
        title: 'Напоминание',
        scenario_id: null,
        read_at: null,
        deliveries: [{ channel: 'in_app', status: 'delivered', attempts: 1 }],
      },
    })
  })

  test('gives the first for the same dedupe key, whatever else it says', async () => {
    const body = toOneself(person, { dedupe_key: randomUUID() })
    const first = await person.post('/notifications', body)
    const again = await person.post('/notifications', { ...body, title: 'Другое' })
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id, title: 'Напоминание' } })
  })

  test('gives one for ten with the same dedupe key at once', async () => {
    const body = toOneself(person, { dedupe_key: randomUUID() })
    const replies = await Promise.all(Array.from({ length: 10 }, () => person.post('/notifications', body)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([...Array(9).fill(200), 201])
    expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
  })
})

test('nobody keeps a notification of ours away by taking its key first', async () => {
  const careful = await system.api.register()
  const hour = Math.floor(Date.now() / 3_600_000)
  for (const n of [hour, hour + 1])
    expect(
      (await careful.post('/notifications', toOneself(careful, { dedupe_key: `provider acme ${n}` }))).status,
    ).toBe(201)
  const data = { user_id: careful.id, provider: 'acme', reason: 'quota' }
  const failed = { type: 'provider_failed', dataschema: dataSchema('provider_failed', 1), subject: 'acme' }
  await system.bus.publish('ai_events', [{ ...userEvent(careful.id), ...failed, partitionkey: 'acme', data }])
  await listWith(careful, (all) => all.some((n) => n.topic === 'account'))
})

describe('another backend with a service token', () => {
  type Scope = 'notifications:send' | 'contacts:read'
  const token = (scope: Scope, to: 'notifications' | 'users' = 'notifications', s = 60) =>
    signServiceToken(system.keys.serviceToken, 'billing', to, scope, s)
  const post = async (bearer: string, body: unknown = toOneself(person)) =>
    system.api.call('POST', '/notifications', { token: bearer, body })

  test('for another service is refused: 401', async () => {
    expect((await post(await token('notifications:send', 'users'))).status).toBe(401)
  })

  test('that has expired is refused: 401', async () => {
    expect((await post(await token('notifications:send', 'notifications', -60))).status).toBe(401)
  })

  test('of another scope is refused: 403', async () => {
    expect((await post(await token('contacts:read'))).body.code).toBe('access.denied')
  })

  test('tells people', async () => {
    expect((await post(await token('notifications:send'))).status).toBe(201)
  })

  test('is told that there is nobody of that id', async () => {
    const nobody = await post(await token('notifications:send'), toOneself({ id: randomUUID() }))
    expect(nobody).toMatchObject({ status: 422, body: { code: 'user.not_found', errors: [{ path: '/user_id' }] } })
  })

  test('opens nothing else with it', async () => {
    const bearer = await token('notifications:send')
    expect((await system.api.call('GET', '/notifications', { token: bearer })).status).toBe(401)
  })
})

describe('reading', () => {
  let reader: Person
  let first: string, second: string
  beforeAll(async () => {
    reader = await system.api.register()
    await listWith(reader, (all) => all.length === 1)
    first = (await reader.post('/notifications', toOneself(reader))).body.id
    second = (await reader.post('/notifications', toOneself(reader))).body.id
  })

  test('is counted: what is new is unread', async () => {
    expect((await list(reader)).unread_count).toBe(3)
  })

  test('is 404 for what is somebody else’s', async () => {
    expect((await person.post(`/notifications/${first}/read`)).status).toBe(404)
  })

  test('is 404 for what is not there', async () => {
    expect((await reader.post(`/notifications/${randomUUID()}/read`)).status).toBe(404)
  })

  test('lowers the count by one, also when it is said twice', async () => {
    expect((await reader.post(`/notifications/${first}/read`)).status).toBe(204)
    expect((await reader.post(`/notifications/${first}/read`)).status).toBe(204)
    const unread = await list(reader, '?unread=true')
    expect(unread.unread_count).toBe(2)
    expect(unread.items.map((n: { id: string }) => n.id)).toEqual([second, expect.any(String)])
  })

  test('all at once leaves none unread', async () => {
    expect((await reader.post('/notifications/read-all')).status).toBe(204)
    expect(await list(reader, '?unread=true')).toMatchObject({ items: [], unread_count: 0 })
  })
})

test('pages hold still while new ones come', async () => {
  const reader = await system.api.register()
  await listWith(reader, (all) => all.length === 1)
  for (let n = 0; n < 4; n++) await reader.post('/notifications', toOneself(reader, { title: `№ ${n}` }))
  const first = await list(reader, '?limit=2')
  await reader.post('/notifications', toOneself(reader, { title: 'новое' }))
  const second = await list(reader, `?limit=10&cursor=${first.next_cursor}`)
  const titles = [...first.items, ...second.items].map((n: { title: string }) => n.title)
  expect(titles).toEqual(['№ 3', '№ 2', '№ 1', '№ 0', expect.any(String)])
  expect(second.next_cursor).toBeNull()
})

/** Reads a stream until so many notifications came; the ids and titles. */
async function listen(reader: Person, count: number, headers: Record<string, string>, opened: () => Promise<unknown>) {
  const gone = new AbortController()
  const response = await fetch(`${system.api.origin}/api/v1/notifications/stream`, {
    headers: { authorization: `Bearer ${reader.token}`, ...headers },
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

describe('GET /notifications/stream', () => {
  let reader: Person
  let live: { id: string; title: string }[]
  const tell = (title: string) => reader.post('/notifications', toOneself(reader, { title }))
  beforeAll(async () => {
    reader = await system.api.register()
    await listWith(reader, (all) => all.length === 1)
    live = await listen(reader, 3, {}, async () => {
      for (const title of ['a', 'b', 'c']) await tell(title)
    })
  })

  test('needs a token', async () => {
    expect((await system.api.call('GET', '/notifications/stream')).status).toBe(401)
  })

  test('tells new ones in their order', () => expect(live.map((n) => n.title)).toEqual(['a', 'b', 'c']))

  test('goes on behind what was seen', async () => {
    await tell('d')
    const resumed = await listen(reader, 3, { 'last-event-id': live[0]?.id ?? '' }, async () => {})
    expect(resumed.map((n) => n.title)).toEqual(['b', 'c', 'd'])
  })

  test('passes by none of several at once', async () => {
    const known = await listen(reader, 1, { 'last-event-id': live[2]?.id ?? '' }, async () => {})
    const crowd = await listen(reader, 20, { 'last-event-id': known[0]?.id ?? '' }, () =>
      Promise.all(Array.from({ length: 20 }, (_, n) => tell(`n${n}`))),
    )
    expect(new Set(crowd.map((n) => n.title)).size).toBe(20)
  })
})

test('what could not be sent stands on the developer’s page, marked so and escaped', async () => {
  const reader = await proven(system, await system.api.register())
  const told = await reader.post('/notifications', toOneself(reader, { title: '<b>Жирно</b>', channels: ['email'] }))
  expect(told.status).toBe(201)
  const page = await until(async () => {
    const seen = await system.api.call('GET', `//dev/${system.keys.devPages}/mails`)
    return seen.text.includes('Жирно') && seen
  })
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.text).toContain('not sent')
  expect(page.text).toContain(reader.email)
  expect(page.text).not.toContain('<b>Жирно')
})
