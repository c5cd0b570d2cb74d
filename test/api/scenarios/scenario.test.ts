import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { RETENTION } from '../../../retention.ts'
import type { Person, Reply } from '../../support/http.ts'
import { grant, ifMatch, write, type Written } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

// What every route of one scenario goes by: who may do what to it, and `If-Match`.
let system: System
let owner: Person, editor: Person, commenter: Person, viewer: Person, stranger: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  ;[owner, editor, commenter, viewer, stranger] = (await Promise.all(
    Array.from({ length: 5 }, () => system.api.register()),
  )) as [Person, Person, Person, Person, Person]
})
afterAll(() => system.stop())

const events = async (scenarioId: string) =>
  (
    await system.databases.scenarios
      .selectFrom('outbox')
      .select('type')
      .where('key', '=', scenarioId)
      .orderBy('id')
      .execute()
  ).map((e) => e.type)
const idsOf = (reply: Reply): string[] => reply.body.items.map((s: { id: string }) => s.id)

describe('If-Match', () => {
  const body = { title: 'Новое имя' }
  let id: string
  let etag: string
  beforeEach(async () => {
    ;({ id, etag } = await write(owner))
  })

  test('is needed', async () => {
    expect(await owner.put(`/scenarios/${id}`, body)).toMatchObject({
      status: 428,
      body: { code: 'precondition.required' },
    })
  })

  test('is needed, an empty one is none', async () => {
    expect((await owner.put(`/scenarios/${id}`, body, ifMatch(''))).status).toBe(428)
  })

  test.each(['"7.en"', 'W/"1.en"', 'nonsense'])('refuses %s, which is not the current one', async (tag) => {
    expect((await owner.put(`/scenarios/${id}`, body, ifMatch(tag))).status).toBe(412)
  })

  test('takes the current one', async () => {
    const done = await owner.put(`/scenarios/${id}`, body, ifMatch(etag))
    expect(done).toMatchObject({ status: 200, body: { title: 'Новое имя', version: 2 } })
    expect(await events(id)).toEqual(['scenario_created', 'scenario_updated'])
  })

  test('refuses the one of before, and says the current one', async () => {
    const done = await owner.put(`/scenarios/${id}`, body, ifMatch(etag))
    const stale = await owner.put(`/scenarios/${id}`, body, ifMatch(etag))
    expect([stale.status, stale.headers.get('etag')]).toEqual([412, done.headers.get('etag')])
    expect(await events(id)).toEqual(['scenario_created', 'scenario_updated'])
  })

  test('takes the current one among others', async () => {
    expect(await owner.put(`/scenarios/${id}`, body, ifMatch(`"x", ${etag}`))).toMatchObject({ body: { version: 2 } })
  })

  test('takes any version by *', async () => {
    await owner.put(`/scenarios/${id}`, body, ifMatch(etag))
    expect(await owner.put(`/scenarios/${id}`, body, ifMatch('*'))).toMatchObject({ body: { version: 3 } })
    expect(await events(id)).toEqual(['scenario_created', 'scenario_updated', 'scenario_updated'])
  })

  test('of many writers with * everybody succeeds, one after another', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => owner.put(`/scenarios/${id}`, { title: `Писатель ${i}` }, ifMatch('*'))),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(replies.map(({ body }) => body.version).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('of twenty writers with one ETag one wins', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => owner.put(`/scenarios/${id}`, { title: `Писатель ${i}` }, ifMatch(etag))),
    )
    expect(replies.map((r) => r.status).sort()).toEqual([200, ...Array<number>(19).fill(412)])
    const winner = replies.find((r) => r.status === 200)!
    for (const loser of replies.filter((r) => r.status === 412))
      expect(loser.headers.get('etag')).toBe(winner.headers.get('etag'))
    expect((await owner.get(`/scenarios/${id}`)).body).toMatchObject({ title: winner.body.title, version: 2 })
    expect((await owner.get(`/scenarios/${id}/versions`)).body.items).toHaveLength(2)
  })
})

describe('roles', () => {
  let id: string
  let etag: string
  let shareOfEditor: string
  beforeEach(async () => {
    ;({ id, etag } = await write(owner, { content: 'Слова.' }))
    shareOfEditor = await grant(system, id, owner, editor, 'editor')
    await grant(system, id, owner, commenter, 'commenter')
    await grant(system, id, owner, viewer, 'viewer')
  })
  type Named = [role: string, person: () => Person]
  const OWNER: Named = ['owner', () => owner]
  const EDITOR: Named = ['editor', () => editor]
  const COMMENTER: Named = ['commenter', () => commenter]
  const VIEWER: Named = ['viewer', () => viewer]

  test.each([OWNER, EDITOR, COMMENTER, VIEWER])('%s reads it, and is told the role', async (role, person) => {
    expect((await person().get(`/scenarios/${id}`)).body).toMatchObject({ id, my_role: role })
  })

  test.each([OWNER, EDITOR, COMMENTER, VIEWER])('%s reads its versions', async (_, person) => {
    expect((await person().get(`/scenarios/${id}/versions/1`)).status).toBe(200)
  })

  test.each([OWNER, EDITOR, COMMENTER])('%s comments on it', async (_, person) => {
    expect((await person().post(`/scenarios/${id}/comments`, { body: 'Мысль' })).status).toBe(201)
  })

  test('viewer does not comment on it', async () => {
    expect((await viewer.post(`/scenarios/${id}/comments`, { body: 'Мысль' })).status).toBe(403)
  })

  test('editor changes it', async () => {
    const { body } = await editor.put(`/scenarios/${id}`, { title: 'Правка', content: 'Слова.' }, ifMatch(etag))
    expect(body).toMatchObject({ my_role: 'editor', version: 2 })
  })

  test.each([COMMENTER, VIEWER])('%s does not change it', async (_, person) => {
    expect((await person().put(`/scenarios/${id}`, { title: 'x' }, ifMatch(etag))).status).toBe(403)
  })

  test.each([COMMENTER, VIEWER])('%s does not restore a version of it', async (_, person) => {
    expect((await person().post(`/scenarios/${id}/versions/1/restore`)).status).toBe(403)
  })

  test.each([EDITOR, COMMENTER, VIEWER])('%s does not delete it', async (_, person) => {
    expect((await person().delete(`/scenarios/${id}`, ifMatch('*'))).status).toBe(403)
  })

  test.each([EDITOR, COMMENTER, VIEWER])('%s does not bring it back', async (_, person) => {
    expect((await person().post(`/scenarios/${id}/restore`)).status).toBe(403)
  })

  test.each([EDITOR, COMMENTER, VIEWER])('%s has it among what is shared, not among the own', async (_, person) => {
    expect(idsOf(await person().get('/scenarios?shared=true'))[0]).toBe(id)
    expect((await person().get('/scenarios')).body.items).toEqual([])
  })

  test('owner has it not among what is shared', async () => {
    expect((await owner.get('/scenarios?shared=true')).body.items).toEqual([])
  })

  test('one whose share is gone sees it nowhere', async () => {
    const { scenarios } = system.databases
    await scenarios.updateTable('shares').set({ status: 'revoked' }).where('id', '=', shareOfEditor).execute()
    expect((await editor.get(`/scenarios/${id}`)).status).toBe(404)
    expect(idsOf(await editor.get('/scenarios?shared=true'))).not.toContain(id)
  })
})

describe('DELETE /scenarios/{id}', () => {
  let script: Written
  let tag: string
  beforeEach(async () => {
    tag = `исчезает-${randomUUID()}`
    script = await write(owner, { content: 'Слова.', tags: [tag] })
  })

  test('is 404 for strangers', async () => {
    expect((await stranger.delete(`/scenarios/${script.id}`, ifMatch(script.etag))).status).toBe(404)
  })

  test('is 428 without If-Match', async () => {
    expect((await owner.delete(`/scenarios/${script.id}`)).status).toBe(428)
  })

  test('is 412 with the tag of another version', async () => {
    expect((await owner.delete(`/scenarios/${script.id}`, ifMatch('"9.en"'))).status).toBe(412)
  })

  describe('once done', () => {
    beforeEach(async () => {
      expect((await owner.delete(`/scenarios/${script.id}`, ifMatch(script.etag))).status).toBe(204)
    })

    test.each(['', '/versions', '/versions/1', '/comments'])('hides …%s', async (path) => {
      expect((await owner.get(`/scenarios/${script.id}${path}`)).status).toBe(404)
    })

    test('lets nobody change it', async () => {
      expect((await owner.put(`/scenarios/${script.id}`, { title: 'x' }, ifMatch(script.etag))).status).toBe(404)
    })

    test('cannot be done again', async () => {
      expect((await owner.delete(`/scenarios/${script.id}`, ifMatch(script.etag))).status).toBe(404)
    })

    test('takes it out of lists', async () => {
      expect((await owner.get(`/scenarios?tag=${tag}`)).body.items).toEqual([])
    })

    test('takes it out of the counts of tags', async () => {
      expect((await owner.get('/tags')).body.items).not.toContainEqual(expect.objectContaining({ name: tag }))
    })
  })
})

test('a role that changed is read anew: it is part of what the ETag names', async () => {
  const { id } = await write(owner)
  const person = await system.api.register()
  const share = (role: string) => owner.post(`/scenarios/${id}/share`, { user_id: person.id, role })
  await share('viewer')
  const tag = (await person.get(`/scenarios/${id}`)).headers.get('etag')!
  const headers = { 'if-none-match': tag }
  expect((await person.get(`/scenarios/${id}`, { headers })).status).toBe(304)
  await share('editor')
  const again = await person.get(`/scenarios/${id}`, { headers })
  expect(again).toMatchObject({ status: 200, body: { my_role: 'editor' } })
})

describe('POST /scenarios/{id}/restore', () => {
  let script: Written
  beforeEach(async () => {
    script = await write(owner, { content: 'Слова.' })
    await owner.delete(`/scenarios/${script.id}`, ifMatch(script.etag))
  })

  test('is 404 for strangers', async () => {
    expect((await stranger.post(`/scenarios/${script.id}/restore`)).status).toBe(404)
  })

  test('brings it back as it was', async () => {
    const back = await owner.post(`/scenarios/${script.id}/restore`)
    expect(back).toMatchObject({ status: 200, body: { ...script.body } })
    expect(back.headers.get('etag')).toBe(script.etag)
    expect(await events(script.id)).toEqual(['scenario_created', 'scenario_deleted', 'scenario_restored'])
  })

  test('of what is there already changes nothing', async () => {
    await owner.post(`/scenarios/${script.id}/restore`)
    expect((await owner.post(`/scenarios/${script.id}/restore`)).status).toBe(200)
    expect(await events(script.id)).toEqual(['scenario_created', 'scenario_deleted', 'scenario_restored'])
  })

  test('is too late once its time is over', async () => {
    await system.databases.scenarios
      .updateTable('scenarios')
      .set({ deleted_at: new Date(Date.now() - RETENTION.deletedScenarios * 1_000 - 60_000) })
      .where('id', '=', script.id)
      .execute()
    expect((await owner.post(`/scenarios/${script.id}/restore`)).status).toBe(404)
  })
})
