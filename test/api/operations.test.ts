import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person } from '../support/http.ts'
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
  test('needs a token for a generation', async () => {
    expect(await system.api.call('GET', `/operations/${await generate()}`)).toMatchObject({ status: 401 })
  })
  test('is 404 for a stranger, an unknown and a malformed id alike', async () => {
    const id = await generate()
    const ask = (path: string) => stranger.get(path, { headers: { 'x-request-id': 'the-same-id' } })
    const replies = await Promise.all(
      [id, `generation-${randomUUID()}`, 'generation-1', 'nonsense', '%00'].map((i) => ask(`/operations/${i}`)),
    )
    expect(new Set(replies.map((r) => r.text)).size).toBe(1)
    expect(replies[0]).toMatchObject({ status: 404, body: { code: 'operation.not_found' } })
  })
  test('says when to ask again while it runs, and 304 to who knows it', async () => {
    const id = await generate()
    const running = await person.get(`/operations/${id}`)
    if (running.body.finished_at === null) expect(running.headers.get('retry-after')).toBe('1')
    await system.api.finished(id, person.token)
    const done = await person.get(`/operations/${id}`)
    expect(done.headers.get('retry-after')).toBeNull()
    const etag = done.headers.get('etag') as string
    const known = await person.get(`/operations/${id}`, { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect([known.status, known.text]).toEqual([304, ''])
  })
})

describe('GET /operations', () => {
  test('lists the caller’s own, newest first, in pages that inserts do not shift', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift(await generate())
    await Promise.all(ids.map((id) => system.api.finished(id, person.token)))
    const first = await person.get('/operations?kind=generation&limit=2')
    expect(first.body.items.map((o: { id: string }) => o.id)).toEqual(ids.slice(0, 2))
    await generate()
    const second = await person.get(`/operations?kind=generation&limit=2&cursor=${first.body.next_cursor}`)
    expect(second.body.items.map((o: { id: string }) => o.id)).toEqual(ids.slice(2, 4))
    const all = await person.get('/operations?limit=100')
    expect(new Set(all.body.items.map((o: { kind: string }) => o.kind))).toEqual(
      new Set(['generation', 'registration']),
    )
    expect(all.body.next_cursor).toBeNull()
    expect((await stranger.get('/operations')).body.items).toHaveLength(1)
  })
  test('refuses a cursor of another list, and garbage', async () => {
    const { body } = await person.get('/operations?kind=generation&limit=1')
    expect(await person.get(`/operations?limit=1&cursor=${body.next_cursor}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/cursor' }] },
    })
    for (const query of [
      'cursor=garbage',
      'cursor=%00',
      'limit=0',
      'limit=101',
      'limit=',
      'limit=1&limit=2',
      'kind=nonsense',
      'status=nonsense',
    ]) {
      expect(await person.get(`/operations?${query}`)).toMatchObject({ status: 422 })
    }
  })
})

describe('POST /operations/{id}/cancel and /retry', () => {
  test.each(['cancel', 'retry'])('%s is 401 without token, 404 for strangers', async (verb) => {
    const id = await generate()
    expect(await system.api.call('POST', `/operations/${id}/${verb}`)).toMatchObject({ status: 401 })
    expect(await stranger.post(`/operations/${id}/${verb}`)).toMatchObject({ status: 404 })
  })
  test('a finished one cannot be cancelled, a succeeded one not retried', async () => {
    const id = await generate()
    await system.api.finished(id, person.token)
    expect(await person.post(`/operations/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'operation.finished' },
    })
    expect(await person.post(`/operations/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'operation.not_retryable' },
    })
  })
})
