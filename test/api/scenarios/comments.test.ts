import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import type { Person } from '../../support/http.ts'
import { grant, ifMatch, pointers, scene, write, type Written } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person, editor: Person, commenter: Person, viewer: Person, stranger: Person
let script: Written
beforeAll(async () => {
  system = await startSystem({ relays: false })
  ;[owner, editor, commenter, viewer, stranger] = (await Promise.all(
    Array.from({ length: 5 }, () => system.api.register()),
  )) as [Person, Person, Person, Person, Person]
})
afterAll(() => system.stop())
beforeEach(async () => {
  script = await write(owner, { scenes: [scene('Раз', 'Слова.')] })
  for (const [person, role] of [
    [editor, 'editor'],
    [commenter, 'commenter'],
    [viewer, 'viewer'],
  ] as const)
    await grant(system, script.id, owner, person, role)
})

const say = async (person: Person, body: object) => {
  const reply = await person.post(`/scenarios/${script.id}/comments`, body)
  if (reply.status !== 201) throw new Error(reply.text)
  return reply.body
}
const list = async (person = owner) => (await person.get(`/scenarios/${script.id}/comments`)).body.items

describe('POST /scenarios/{id}/comments', () => {
  const path = () => `/scenarios/${script.id}/comments`

  test('needs a token', async () => {
    expect((await system.api.call('POST', path(), { body: { body: 'x' } })).status).toBe(401)
  })

  test('is 404 for who does not see the scenario, as the list is', async () => {
    expect((await stranger.post(path(), { body: 'x' })).status).toBe(404)
    expect((await stranger.get(path())).status).toBe(404)
  })

  test('is 403 for who may read alone', async () => {
    expect(await viewer.post(path(), { body: 'x' })).toMatchObject({ status: 403, body: { code: 'access.denied' } })
  })

  test.each<[object, string, string]>([
    [{}, '/body', 'validation.failed'],
    [{ body: ' ' }, '/body', 'validation.failed'],
    [{ body: 'x'.repeat(5_001) }, '/body', 'validation.failed'],
    [{ body: 'x', parent_id: 'x' }, '/parent_id', 'validation.failed'],
    [{ body: 'x', parent_id: uuidv7() }, '/parent_id', 'comment.not_found'],
    [{ body: 'x', scene_id: uuidv7() }, '/scene_id', 'validation.failed'],
    [{ body: 'x', row_id: uuidv7() }, '/scene_id', 'validation.failed'],
    [{ body: 'x', author_id: uuidv7() }, '/author_id', 'validation.failed'],
  ])('is 422 for a wrong body: %#', async (body, pointer, code) => {
    const reply = await owner.post(path(), body)
    expect([reply.status, reply.body.code, pointers(reply)]).toEqual([422, code, [pointer]])
  })
})

test('is told to the bus without its text, once for one Idempotency-Key', async () => {
  const headers = { 'idempotency-key': uuidv7() }
  const path = `/scenarios/${script.id}/comments`
  const [first, again] = [
    await commenter.post(path, { body: 'Мысль' }, { headers }),
    await commenter.post(path, { body: 'Мысль' }, { headers }),
  ]
  expect(first).toMatchObject({
    status: 201,
    body: { author_id: commenter.id, parent_id: null, body: 'Мысль', scene_id: null, resolved: false },
  })
  expect(again.body).toEqual(first.body)
  const events = await system.databases.scenarios
    .selectFrom('outbox')
    .selectAll()
    .where('key', '=', script.id)
    .where('type', '=', 'comment_added')
    .execute()
  expect(events.map((e) => e.data)).toEqual([
    {
      scenario_id: script.id,
      owner_id: owner.id,
      comment_id: first.body.id,
      author_id: commenter.id,
      thread_author_id: null,
    },
  ])
})

test('threads have one level: a reply to a reply joins its thread', async () => {
  const root = await say(commenter, { body: 'Вопрос', scene_id: script.body.scenes[0].id })
  const reply = await say(owner, { body: 'Ответ', parent_id: root.id })
  const deeper = await say(editor, { body: 'Ещё', parent_id: reply.id })
  expect([reply.parent_id, deeper.parent_id, deeper.scene_id]).toEqual([root.id, root.id, root.scene_id])
  expect((await list()).map((c: { id: string }) => c.id)).toEqual([root.id, reply.id, deeper.id])
  const other = await write(owner)
  expect(pointers(await owner.post(`/scenarios/${other.id}/comments`, { body: 'x', parent_id: root.id }))).toEqual([
    '/parent_id',
  ])
})

test('stays with its scene through edits and after the scene is gone', async () => {
  const [first] = script.body.scenes
  const { id } = await say(commenter, { body: 'К сцене', scene_id: first.id })
  const moved = await owner.put(
    `/scenarios/${script.id}`,
    { title: 'x', scenes: [scene('Ноль', 'a'), { ...first, heading: 'Иначе' }] },
    ifMatch(script.etag),
  )
  expect(moved.body.scenes[1].id).toBe(first.id)
  await owner.put(`/scenarios/${script.id}`, { title: 'x' }, ifMatch('*'))
  expect((await list()).find((c: { id: string }) => c.id === id).scene_id).toBe(first.id)
  expect(await say(commenter, { body: 'И ещё', scene_id: first.id })).toMatchObject({ scene_id: first.id })
})

test('stands at a row of its scene, and so do its replies; a row of another scene is refused', async () => {
  const other = await write(owner, { scenes: [scene('Раз', 'a'), scene('Два', 'b')] })
  const [one, two] = other.body.scenes
  const post = (body: object) => owner.post(`/scenarios/${other.id}/comments`, body)
  const at = { scene_id: one.id, row_id: one.rows[0].id }
  const root = await post({ body: 'Мысль', ...at })
  expect(root).toMatchObject({ status: 201, body: at })
  expect((await post({ body: 'Ответ', parent_id: root.body.id })).body).toMatchObject(at)
  expect(pointers(await post({ body: 'x', ...at, scene_id: two.id }))).toEqual(['/row_id'])
  await owner.put(`/scenarios/${other.id}`, { title: 'x' }, ifMatch('*'))
  expect((await post({ body: 'О том, что было', ...at })).body).toMatchObject(at)
})

describe('PUT /comments/{id}', () => {
  let id: string
  beforeEach(async () => {
    ;({ id } = await say(commenter, { body: 'Мысль' }))
  })
  const put = (person: Person, body: object, comment = id) => person.put(`/comments/${comment}`, body)

  test('needs a token', async () => {
    expect((await system.api.call('PUT', `/comments/${id}`, { body: { resolved: true } })).status).toBe(401)
  })

  test('is 404 for who does not see the scenario', async () => {
    expect((await put(stranger, { resolved: true })).status).toBe(404)
  })

  test.each<[string, () => Person]>([
    ['its owner', () => owner],
    ['an editor', () => editor],
  ])('is not for %s of the scenario to change the words', async (_, person) => {
    expect((await put(person(), { body: 'чужое' })).status).toBe(403)
  })

  test('is not for a viewer to resolve', async () => {
    expect((await put(viewer, { resolved: true })).status).toBe(403)
  })

  test('is not for a commenter to resolve what another wrote', async () => {
    const other = await say(editor, { body: 'Другая' })
    expect((await put(commenter, { resolved: true }, other.id)).status).toBe(403)
  })

  test.each([{}, { body: '' }, { resolved: 'yes' }, { scene_id: null, body: 'x' }])('is 422 for %j', async (body) => {
    expect((await put(commenter, body)).status).toBe(422)
  })

  test('changes the words for the author', async () => {
    expect((await put(commenter, { body: 'Мысль точнее' })).body).toMatchObject({
      body: 'Мысль точнее',
      resolved: false,
    })
  })

  test.each<[string, () => Person]>([
    ['the author', () => commenter],
    ['an editor', () => editor],
    ['the owner', () => owner],
  ])('resolves and reopens for %s, and leaves the words', async (_, person) => {
    for (const resolved of [true, false])
      expect((await put(person(), { resolved })).body).toMatchObject({ resolved, body: 'Мысль' })
  })
})

describe('DELETE /comments/{id}', () => {
  let root: { id: string }
  let reply: { id: string }
  beforeEach(async () => {
    root = await say(commenter, { body: 'Вопрос' })
    reply = await say(editor, { body: 'Ответ', parent_id: root.id })
  })

  test('needs a token', async () => {
    expect((await system.api.call('DELETE', `/comments/${root.id}`)).status).toBe(401)
  })

  test('is 404 for who does not see the scenario', async () => {
    expect((await stranger.delete(`/comments/${root.id}`)).status).toBe(404)
  })

  test.each<[string, () => Person]>([
    ['an editor', () => editor],
    ['a viewer', () => viewer],
  ])('is not for %s, who did not write it', async (_, person) => {
    expect((await person().delete(`/comments/${root.id}`)).status).toBe(403)
  })

  test('is for the author', async () => {
    expect((await editor.delete(`/comments/${reply.id}`)).status).toBe(204)
    expect(await list()).toMatchObject([{ id: root.id, body: 'Вопрос' }])
  })

  describe('by the owner, of one with replies', () => {
    beforeEach(async () => {
      expect((await owner.delete(`/comments/${root.id}`)).status).toBe(204)
    })

    test('leaves it without text', async () => {
      expect(await list()).toMatchObject([
        { id: root.id, body: null },
        { id: reply.id, body: 'Ответ' },
      ])
    })

    test('leaves nothing to edit', async () => {
      expect((await commenter.put(`/comments/${root.id}`, { body: 'снова' })).status).toBe(404)
    })

    test('leaves nothing to delete', async () => {
      expect((await commenter.delete(`/comments/${root.id}`)).status).toBe(404)
    })

    test('takes it away with the last of them', async () => {
      expect((await editor.delete(`/comments/${reply.id}`)).status).toBe(204)
      expect(await list()).toEqual([])
    })
  })
})

test('a thread whose first comment was deleted goes on: it is answered, resolved and reopened', async () => {
  const root = await say(commenter, { body: 'Вопрос', scene_id: script.body.scenes[0].id })
  await say(editor, { body: 'Ответ', parent_id: root.id })
  await commenter.delete(`/comments/${root.id}`)
  expect(await say(commenter, { body: 'Ещё', parent_id: root.id })).toMatchObject({ parent_id: root.id })
  for (const resolved of [true, false])
    expect(await editor.put(`/comments/${root.id}`, { resolved })).toMatchObject({
      status: 200,
      body: { resolved, body: null },
    })
  for (const body of [{ body: 'снова' }, { body: 'снова', resolved: true }])
    expect(await commenter.put(`/comments/${root.id}`, body)).toMatchObject({
      status: 404,
      body: { code: 'comment.not_found' },
    })
  for (const comment of await list()) await owner.delete(`/comments/${comment.id}`)
})

test('a reply that is written while its thread is deleted is never lost nor left alone', async () => {
  for (let i = 0; i < 5; i++) {
    const root = await say(owner, { body: 'Вопрос' })
    const [replied] = await Promise.all([
      commenter.post(`/scenarios/${script.id}/comments`, { body: 'Ответ', parent_id: root.id }),
      owner.delete(`/comments/${root.id}`),
    ])
    expect([201, 422]).toContain(replied.status)
    const left = (await list()).filter(
      (c: { id: string; parent_id: string | null }) => c.id === root.id || c.parent_id === root.id,
    )
    expect(left).toHaveLength(replied.status === 201 ? 2 : 0)
  }
})

test('twenty at once all stay, in pages of seven, oldest first', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => say(commenter, { body: `Мысль ${i}` })))
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, next_cursor }: { items: { id: string; name: string }[]; next_cursor: string | null } = (
      await owner.get(`/scenarios/${script.id}/comments?limit=7${cursor && `&cursor=${cursor}`}`)
    ).body
    seen.push(...items.map((c) => c.id))
    cursor = next_cursor
  }
  expect(new Set(seen).size).toBe(20)
})
