import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import type { Person, Reply } from '../../support/http.ts'
import { ifMatch, pointers } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'
import { BUILT_IN } from '../../../script/templates/built-in.ts'

let system: System
let owner: Person, stranger: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  ;[owner, stranger] = [await system.api.register(), await system.api.register()]
})
afterAll(() => system.stop())

const beats = [
  { beat: 'hook', share: 0.2 },
  { beat: 'demo', share: 0.5 },
  { beat: 'cta', share: 0.3 },
]

test('the built-in ones serve both languages and every kind, and their shares add up', () => {
  expect(BUILT_IN.length).toBeGreaterThanOrEqual(10)
  expect(new Set(BUILT_IN.map((t) => t.id)).size).toBe(BUILT_IN.length)
  for (const language of ['ru', 'en'])
    expect(
      BUILT_IN.filter((t) => t.language === language)
        .map((t) => t.kind)
        .sort(),
    ).toEqual(['ad', 'explainer', 'integration', 'review', 'short', 'tutorial'])
  for (const t of BUILT_IN) {
    expect(t.beats.reduce((sum, b) => sum + b.share, 0)).toBeCloseTo(1, 10)
    expect([t.cta, t.instructions, ...t.tone, ...t.must_avoid].every(Boolean)).toBe(true)
    expect(/[а-яё]/i.test(t.name + t.instructions + t.cta)).toBe(t.language === 'ru')
  }
})

describe('a built-in one', () => {
  let built: Reply['body'][]
  let one: Reply
  beforeAll(async () => {
    const { items } = (await owner.get('/templates?limit=100')).body
    built = items.filter((t: { built_in: boolean }) => t.built_in)
    one = await owner.get(`/templates/${built[0].id}`)
  })

  test('stands in everybody’s list', () => expect(built).toHaveLength(BUILT_IN.length))

  test('is read by everybody', () =>
    expect(one).toMatchObject({ status: 200, body: { built_in: true, owner_id: null } }))

  test('is replaced by nobody', async () => {
    const put = await owner.put(`/templates/${built[0].id}`, { name: 'x', beats }, ifMatch(one.headers.get('etag')!))
    expect(put.status).toBe(403)
  })

  test('is deleted by nobody', async () => {
    expect((await owner.delete(`/templates/${built[0].id}`, ifMatch('*'))).status).toBe(403)
  })
})

describe('POST /templates', () => {
  test('needs a token', async () => {
    expect((await system.api.call('POST', '/templates', { body: { name: 'x', beats } })).status).toBe(401)
  })

  test('makes one of the person’s own, with what was not said filled in', async () => {
    const made = await owner.post('/templates', { name: 'Мой', beats, tone: ['сухой'], must_avoid: ['лучший'] })
    expect(made).toMatchObject({
      status: 201,
      body: {
        owner_id: owner.id,
        built_in: false,
        name: 'Мой',
        kind: 'other',
        platform: 'other',
        target_duration_s: 60,
        language: 'ru',
        instructions: '',
        cta: '',
        beats,
      },
    })
    expect(made.headers.get('location')).toBe(`/api/v1/templates/${made.body.id}`)
  })

  test.each<[string, object]>([
    ['/name', { beats }],
    ['/beats', { name: 'x' }],
    ['/beats', { name: 'x', beats: [] }],
    ['/beats', { name: 'x', beats: [{ beat: 'hook', share: 0.5 }] }],
    [
      '/beats/0/share',
      {
        name: 'x',
        beats: [
          { beat: 'hook', share: 1.5 },
          { beat: 'cta', share: -0.5 },
        ],
      },
    ],
    ['/beats/0/beat', { name: 'x', beats: [{ beat: 'climax', share: 1 }] }],
    ['/beats', { name: 'x', beats: [0.33, 0.33, 0.33].map((share) => ({ beat: 'demo', share })) }],
    ['/built_in', { name: 'x', beats, built_in: true }],
    ['/target_duration_s', { name: 'x', beats, target_duration_s: 1 }],
  ])('refuses at %s what is no plan: %j', async (pointer, body) => {
    expect(pointers(await owner.post('/templates', body))).toContain(pointer)
  })
})

describe('an own template', () => {
  let path: string
  let etag: string
  beforeEach(async () => {
    const made = await owner.post('/templates', { name: 'Мой', beats, tone: ['сухой'], must_avoid: ['лучший'] })
    path = `/templates/${made.body.id}`
    etag = made.headers.get('etag')!
  })

  test.each<[string, () => Promise<Reply>]>([
    ['read by a stranger', () => stranger.get(path)],
    ['replaced by a stranger', () => stranger.put(path, { name: 'x', beats }, ifMatch(etag))],
    ['deleted by a stranger', () => stranger.delete(path, ifMatch(etag))],
    ['of an unknown id', () => owner.get(`/templates/${uuidv7()}`)],
  ])('is not there, %s', async (_, ask) => {
    expect(await ask()).toMatchObject({ status: 404, body: { code: 'template.not_found' } })
  })

  test('is 304 to who knows it', async () => {
    expect((await owner.get(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test('is not replaced without If-Match', async () => {
    expect((await owner.put(path, { name: 'x', beats })).status).toBe(428)
  })

  test('is replaced: what is absent is default again', async () => {
    const put = await owner.put(path, { name: 'Иначе', beats: [{ beat: 'free', share: 1 }] }, ifMatch(etag))
    expect(put).toMatchObject({ status: 200, body: { name: 'Иначе', tone: [], must_avoid: [] } })
  })

  test('is not deleted as it was before: 412 with the tag of now', async () => {
    const put = await owner.put(path, { name: 'Иначе', beats }, ifMatch(etag))
    const stale = await owner.delete(path, ifMatch(etag))
    expect([stale.status, stale.headers.get('etag')]).toEqual([412, put.headers.get('etag')])
  })

  test('is gone once it is deleted', async () => {
    expect((await owner.delete(path, ifMatch(etag))).status).toBe(204)
    expect((await owner.get(path)).status).toBe(404)
  })

  test('of twenty writers with one ETag lets one win', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => owner.put(path, { name: `${i}`, beats }, ifMatch(etag))),
    )
    expect(replies.filter((r) => r.status === 200)).toHaveLength(1)
    expect(replies.filter((r) => r.status === 412)).toHaveLength(19)
  })
})

test.each([[[1 / 3, 1 / 3, 1 / 3]], [[0.333, 0.333, 0.333]], [Array.from({ length: 10 }, () => 0.1)], [[0, 1]]])(
  'shares %p add up, rounding aside',
  async (shares) => {
    const body = { name: 'Доли', beats: shares.map((share) => ({ beat: 'demo', share })) }
    expect(await owner.post('/templates', body)).toMatchObject({ status: 201, body })
  },
)

test('pages run through own and built-in ones without a gap', async () => {
  const person = await system.api.register()
  for (let i = 0; i < 3; i++) await person.post('/templates', { name: `Мой ${i}`, beats })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, next_cursor }: { items: { id: string; name: string }[]; next_cursor: string | null } = (
      await person.get(`/templates?limit=4${cursor && `&cursor=${cursor}`}`)
    ).body
    seen.push(...items.map((t) => t.name))
    cursor = next_cursor
  }
  expect(seen.slice(0, 3)).toEqual(['Мой 2', 'Мой 1', 'Мой 0'])
  expect(seen).toHaveLength(3 + BUILT_IN.length)
  expect(new Set(seen).size).toBe(seen.length)
})
