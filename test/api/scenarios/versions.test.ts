import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import type { Person, Reply } from '../../support/http.ts'
import { ifMatch, row, scene, write, type Written } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  owner = await system.api.register()
})
afterAll(() => system.stop())

const edit = async (id: string, body: object, etag = '*') => {
  const reply = await owner.put(`/scenarios/${id}`, body, ifMatch(etag))
  if (reply.status !== 200) throw new Error(reply.text)
  return reply
}

describe('GET /scenarios/{id}/versions', () => {
  let id: string
  let first: Written
  let list: Reply['body']
  let stranger: Person
  beforeAll(async () => {
    first = await write(owner, { title: 'Один', content: 'Раз.' })
    id = first.id
    await edit(id, { title: 'Два', content: 'Два.' })
    list = (await owner.get(`/scenarios/${id}/versions`)).body
    stranger = await system.api.register()
  })

  test.each(['', '/1', '/2/diff'])('…%s needs a token', async (path) => {
    expect((await system.api.call('GET', `/scenarios/${id}/versions${path}`)).status).toBe(401)
  })

  test.each(['', '/1', '/2/diff'])('…%s is 404 for strangers', async (path) => {
    expect((await stranger.get(`/scenarios/${id}/versions${path}`)).status).toBe(404)
  })

  test.each(['3', '0', '-1', 'x', '1.5', '99999999999'])('…/%s is 404: no such version', async (n) => {
    expect((await owner.get(`/scenarios/${id}/versions/${n}`)).status).toBe(404)
  })

  test('has one for every write, newest first: who, when, how', () => {
    expect(list).toMatchObject({
      items: [
        { n: 2, author_id: owner.id, origin: 'human', message: null },
        { n: 1, author_id: owner.id, origin: 'human', message: null },
      ],
      next_cursor: null,
    })
    expect(Object.keys(list.items[0]).sort()).toEqual(['author_id', 'created_at', 'message', 'n', 'origin'])
  })

  test('shows one as it was written, which later writes do not change', async () => {
    expect((await owner.get(`/scenarios/${id}/versions/1`)).body).toMatchObject({
      n: 1,
      title: 'Один',
      content: 'Раз.',
      scenes: first.body.scenes,
      origin: 'human',
      est_duration_s: first.body.est_duration_s,
    })
  })

  test('comes in pages', async () => {
    const page = (await owner.get(`/scenarios/${id}/versions?limit=1`)).body
    expect((await owner.get(`/scenarios/${id}/versions?limit=1&cursor=${page.next_cursor}`)).body.items[0].n).toBe(1)
  })
})

describe('POST /scenarios/{id}/versions/{n}/restore', () => {
  let id: string
  let first: Written
  beforeEach(async () => {
    first = await write(owner, { title: 'Один', tags: ['а'], scenes: [scene('Раз', 'Слова.')] })
    id = first.id
    await edit(id, { title: 'Два' })
  })

  test('needs a token', async () => {
    expect((await system.api.call('POST', `/scenarios/${id}/versions/1/restore`)).status).toBe(401)
  })

  test('is 404 for strangers', async () => {
    const stranger = await system.api.register()
    expect((await stranger.post(`/scenarios/${id}/versions/1/restore`)).status).toBe(404)
  })

  test('is 404 for a version that is not there', async () => {
    expect((await owner.post(`/scenarios/${id}/versions/9/restore`)).status).toBe(404)
  })

  test('makes a new version with the content of that one', async () => {
    const back = await owner.post(`/scenarios/${id}/versions/1/restore`)
    const { scenes, content } = first.body
    expect(back).toMatchObject({ status: 200, body: { version: 3, title: 'Один', tags: ['а'], scenes, content } })
    expect(back.headers.get('etag')).toMatch(/^"3\./)
  })

  test.each([
    ['ru', 'Восстановлена версия 1'],
    ['en', 'Version 1 restored'],
  ])('says in the list which version it was, in the reader’s language: %s', async (language, message) => {
    await owner.post(`/scenarios/${id}/versions/1/restore`)
    const { body } = await owner.get(`/scenarios/${id}/versions`, { headers: { 'accept-language': language } })
    expect(body.items[0]).toMatchObject({ n: 3, origin: 'restore', message })
  })

  test('keeps the first answer to an Idempotency-Key, and makes one version', async () => {
    const headers = { 'idempotency-key': uuidv7() }
    const [done, again] = [
      await owner.post(`/scenarios/${id}/versions/2/restore`, undefined, { headers }),
      await owner.post(`/scenarios/${id}/versions/2/restore`, undefined, { headers }),
    ]
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([done.body, 'true'])
    expect((await owner.get(`/scenarios/${id}`)).body.version).toBe(3)
  })

  test('of many at once lets everybody succeed, one after another', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => owner.post(`/scenarios/${id}/versions/1/restore`)),
    )
    expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(replies.map((reply) => reply.body.version).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  })
})

describe('GET /scenarios/{id}/versions/{n}/diff', () => {
  let id: string
  let ids: { readonly one: string; readonly two: string; readonly three: string }
  let diff: Reply['body']
  beforeAll(async () => {
    const { body, ...written } = await write(owner, {
      title: 'Чайник',
      scenes: [
        scene('Раз', 'Вода кипит быстро.', 'Стоит 5 рублей.'),
        scene('Два', 'Пейте чай.'),
        scene('Три', 'Конец.'),
      ],
    })
    id = written.id
    const [one, two, three] = body.scenes
    ids = { one: one.id, two: two.id, three: three.id }
    const faster = [{ speaker: 'Диктор', type: 'vo', text: 'Вода кипит очень быстро.' }]
    await edit(id, {
      title: 'Новый чайник',
      scenes: [
        three,
        { ...one, rows: [{ ...one.rows[0], audio: faster }, one.rows[1]] },
        { heading: 'Четыре', rows: [row('Новое.')] },
      ],
    })
    diff = (await owner.get(`/scenarios/${id}/versions/2/diff`)).body
  })
  const of = (sceneId: string) => diff.scenes.find((s: { scene_id: string }) => s.scene_id === sceneId)

  test('is 404 from a version that is not there', async () => {
    expect((await owner.get(`/scenarios/${id}/versions/2/diff?from=9`)).status).toBe(404)
  })

  test('is 422 from what is no number', async () => {
    expect((await owner.get(`/scenarios/${id}/versions/2/diff?from=x`)).status).toBe(422)
  })

  test('is from the version before, by default', () => expect(diff).toMatchObject({ from: 1, to: 2 }))

  test('tells which words of a field changed', () =>
    expect(diff.fields).toContainEqual({
      field: 'title',
      pieces: expect.arrayContaining([{ op: 'added', text: expect.stringContaining('Новый') }]),
    }))

  test('tells which scenes were moved, removed, changed and added', () => {
    expect([of(ids.three).change, of(ids.two).change, of(ids.one).change]).toEqual(['moved', 'removed', 'changed'])
    expect(diff.scenes.filter((s: { change: string }) => s.change === 'added')).toHaveLength(1)
  })

  test('tells by row and word what changed in a scene', () => {
    expect(of(ids.one).rows.map((r: { change: string }) => r.change)).toEqual(['changed', 'same'])
    expect(of(ids.one).rows[0].audio.filter((p: { op: string }) => p.op !== 'same')).toEqual([
      { op: 'added', text: 'очень ' },
    ])
  })

  test('goes backwards too: what was removed is added', async () => {
    const { body: back } = await owner.get(`/scenarios/${id}/versions/1/diff?from=2`)
    expect(back.scenes).toContainEqual(expect.objectContaining({ scene_id: ids.two, change: 'added' }))
  })
})
