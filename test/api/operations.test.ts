import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person, Reply } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
let stranger: Person
beforeAll(async () => {
  system = await startSystem()
  ;[person, stranger] = await Promise.all([system.api.register(), system.api.register()])
})
afterAll(() => system.stop())

const generate = async () => {
  const reply = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
  return reply.body.id as string
}

describe('GET /operations/{id}', () => {
  let id: string
  let done: Reply
  beforeAll(async () => {
    id = await generate()
    await system.api.finished(id, person.token)
    done = await person.get(`/operations/${id}`)
  })

  test('needs a token for a generation', async () => {
    expect(await system.api.call('GET', `/operations/${id}`)).toMatchObject({ status: 401 })
  })

  test('is 404 for a stranger, an unknown and a malformed id alike', async () => {
    const ask = (path: string) => stranger.get(path, { headers: { 'x-request-id': 'the-same-id' } })
    const replies = await Promise.all(
      [id, `generation-${randomUUID()}`, 'generation-1', 'nonsense', '%00'].map((i) => ask(`/operations/${i}`)),
    )
    expect(new Set(replies.map((r) => r.text)).size).toBe(1)
    expect(replies[0]).toMatchObject({ status: 404, body: { code: 'operation.not_found' } })
  })

  test('says when to ask again while it goes on', async () => {
    // An erasure waits for a day.
    const leaver = await system.api.register()
    const { body } = await leaver.delete(`/users/${leaver.id}`)
    const open = await leaver.get(`/operations/${body.id}`)
    expect([open.body.finished_at, open.headers.get('retry-after')]).toEqual([null, '1'])
  })

  test('says no time to ask again once it has ended', () => {
    expect(done.headers.get('retry-after')).toBeNull()
  })

  test('is 304 to who knows it', async () => {
    const etag = done.headers.get('etag') as string
    const known = await person.get(`/operations/${id}`, { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect([known.status, known.text]).toEqual([304, ''])
  })
})

describe('GET /operations', () => {
  let ids: string[]
  let first: Reply
  beforeAll(async () => {
    ids = []
    for (let i = 0; i < 5; i++) ids.unshift(await generate())
    await Promise.all(ids.map((id) => system.api.finished(id, person.token)))
    first = await person.get('/operations?kind=generation&limit=2')
  })

  test('needs a token', async () => {
    expect(await system.api.call('GET', '/operations')).toMatchObject({ status: 401 })
  })

  test('lists the newest first', () =>
    expect(first.body.items.map((o: { id: string }) => o.id)).toEqual(ids.slice(0, 2)))

  test('goes on in pages that inserts do not shift', async () => {
    await generate()
    const second = await person.get(`/operations?kind=generation&limit=2&cursor=${first.body.next_cursor}`)
    expect(second.body.items.map((o: { id: string }) => o.id)).toEqual(ids.slice(2, 4))
  })

  test('has all kinds when none is named', async () => {
    const all = await person.get('/operations?limit=100')
    const kinds = new Set(all.body.items.map((o: { kind: string }) => o.kind))
    expect(kinds).toEqual(new Set(['generation', 'registration']))
    expect(all.body.next_cursor).toBeNull()
  })

  test('has the caller’s own alone', async () => {
    expect((await stranger.get('/operations')).body.items).toHaveLength(1)
  })

  test('refuses a cursor of another list', async () => {
    expect(await person.get(`/operations?limit=1&cursor=${first.body.next_cursor}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/cursor' }] },
    })
  })

  test.each([
    'cursor=garbage',
    'cursor=%00',
    'limit=0',
    'limit=101',
    'limit=',
    'limit=1&limit=2',
    'kind=nonsense',
    'status=nonsense',
  ])('refuses %s', async (query) => {
    expect(await person.get(`/operations?${query}`)).toMatchObject({ status: 422 })
  })
})

describe.each([
  ['cancel', 'operation.finished'],
  ['retry', 'operation.not_retryable'],
])('POST /operations/{id}/%s', (verb, code) => {
  let id: string
  beforeAll(async () => {
    id = await generate()
    await system.api.finished(id, person.token)
  })

  test('needs a token', async () => {
    expect(await system.api.call('POST', `/operations/${id}/${verb}`)).toMatchObject({ status: 401 })
  })

  test('is 404 for strangers', async () => {
    expect(await stranger.post(`/operations/${id}/${verb}`)).toMatchObject({ status: 404 })
  })

  test('is 409 for one that succeeded', async () => {
    expect(await person.post(`/operations/${id}/${verb}`)).toMatchObject({ status: 409, body: { code } })
  })
})
