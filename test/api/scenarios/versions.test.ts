import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import type { Person } from '../../support/http.ts'
import { ifMatch, row, scene, write } from '../../support/scenarios.ts'
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

test('every write is a version that never changes: who, when, how', async () => {
  const { id, body } = await write(owner, { title: 'Один', content: 'Раз.' })
  await edit(id, { title: 'Два', content: 'Два.' })
  const list = (await owner.get(`/scenarios/${id}/versions`)).body
  expect(list).toMatchObject({
    items: [
      { n: 2, author_id: owner.id, origin: 'human', message: null },
      { n: 1, author_id: owner.id, origin: 'human', message: null },
    ],
    next_cursor: null,
  })
  expect(Object.keys(list.items[0]).sort()).toEqual(['author_id', 'created_at', 'message', 'n', 'origin'])
  expect((await owner.get(`/scenarios/${id}/versions/1`)).body).toMatchObject({
    n: 1,
    title: 'Один',
    content: 'Раз.',
    scenes: body.scenes,
    origin: 'human',
    est_duration_s: body.est_duration_s,
  })
  for (const n of ['3', '0', '-1', 'x', '1.5', '99999999999'])
    expect([n, (await owner.get(`/scenarios/${id}/versions/${n}`)).status]).toEqual([n, 404])
  const page = (await owner.get(`/scenarios/${id}/versions?limit=1`)).body
  expect((await owner.get(`/scenarios/${id}/versions?limit=1&cursor=${page.next_cursor}`)).body.items[0].n).toBe(1)
  const stranger = await system.api.register()
  for (const path of ['', '/1', '/2/diff'])
    expect((await stranger.get(`/scenarios/${id}/versions${path}`)).status).toBe(404)
  expect((await stranger.post(`/scenarios/${id}/versions/1/restore`)).status).toBe(404)
})

test('a restored version is a new one that says which it was', async () => {
  const { id, body } = await write(owner, { title: 'Один', tags: ['а'], scenes: [scene('Раз', 'Слова.')] })
  await edit(id, { title: 'Два' })
  const back = await owner.post(`/scenarios/${id}/versions/1/restore`)
  expect(back).toMatchObject({
    status: 200,
    body: { version: 3, title: 'Один', tags: ['а'], scenes: body.scenes, content: body.content },
  })
  expect(back.headers.get('etag')).toMatch(/^"3\./)
  const [ru, en] = await Promise.all(
    ['ru', 'en'].map((l) => owner.get(`/scenarios/${id}/versions`, { headers: { 'accept-language': l } })),
  )
  expect(ru!.body.items[0]).toMatchObject({ n: 3, origin: 'restore', message: 'Восстановлена версия 1' })
  expect(en!.body.items[0]).toMatchObject({ n: 3, origin: 'restore', message: 'Version 1 restored' })
  expect((await owner.post(`/scenarios/${id}/versions/9/restore`)).status).toBe(404)
  const headers = { 'idempotency-key': uuidv7() }
  const [first, again] = [
    await owner.post(`/scenarios/${id}/versions/2/restore`, undefined, { headers }),
    await owner.post(`/scenarios/${id}/versions/2/restore`, undefined, { headers }),
  ]
  expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true'])
  expect((await owner.get(`/scenarios/${id}`)).body.version).toBe(4)
})

test('of many who restore at once everybody succeeds, one after another', async () => {
  const { id } = await write(owner, { title: 'Один' })
  await edit(id, { title: 'Два' })
  const replies = await Promise.all(Array.from({ length: 8 }, () => owner.post(`/scenarios/${id}/versions/1/restore`)))
  expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 8 }, () => 200))
  expect(replies.map((reply) => reply.body.version).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
})

test('a diff tells by scene, row and word what changed', async () => {
  const { id, body } = await write(owner, {
    title: 'Чайник',
    scenes: [scene('Раз', 'Вода кипит быстро.', 'Стоит 5 рублей.'), scene('Два', 'Пейте чай.'), scene('Три', 'Конец.')],
  })
  const [one, two, three] = body.scenes
  await edit(id, {
    title: 'Новый чайник',
    scenes: [
      three,
      {
        ...one,
        rows: [
          { ...one.rows[0], audio: [{ speaker: 'Диктор', type: 'vo', text: 'Вода кипит очень быстро.' }] },
          one.rows[1],
        ],
      },
      { heading: 'Четыре', rows: [row('Новое.')] },
    ],
  })
  const diff = (await owner.get(`/scenarios/${id}/versions/2/diff`)).body
  expect(diff).toMatchObject({ from: 1, to: 2 })
  expect(diff.fields).toContainEqual({
    field: 'title',
    pieces: expect.arrayContaining([{ op: 'added', text: expect.stringContaining('Новый') }]),
  })
  const of = (sceneId: string) => diff.scenes.find((s: { scene_id: string }) => s.scene_id === sceneId)
  expect([of(three.id).change, of(two.id).change, of(one.id).change]).toEqual(['moved', 'removed', 'changed'])
  expect(of(one.id).rows.map((r: { change: string }) => r.change)).toEqual(['changed', 'same'])
  expect(of(one.id).rows[0].audio.filter((p: { op: string }) => p.op !== 'same')).toEqual([
    { op: 'added', text: 'очень ' },
  ])
  expect(diff.scenes.filter((s: { change: string }) => s.change === 'added')).toHaveLength(1)
  expect(
    (await owner.get(`/scenarios/${id}/versions/1/diff?from=2`)).body.scenes.some(
      (s: { scene_id: string; change: string }) => s.scene_id === two.id && s.change === 'added',
    ),
  ).toBe(true)
  expect((await owner.get(`/scenarios/${id}/versions/2/diff?from=9`)).status).toBe(404)
  expect((await owner.get(`/scenarios/${id}/versions/2/diff?from=x`)).status).toBe(422)
})
