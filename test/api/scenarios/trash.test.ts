import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { purgeAll, purgesOfTable } from '../../../db/retention/purge.ts'
import { RETENTION } from '../../../retention.ts'
import { ifMatch, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ relays: false })
})
afterAll(() => system.stop())

test('GET /trash lists what one has deleted, the last first, as long as it can be restored', async () => {
  expect((await system.api.call('GET', '/trash')).status).toBe(401)
  const person = await system.api.register()
  expect((await person.get('/trash?cursor=x')).status).toBe(422)
  const deleted = []
  for (const title of ['Раз', 'Два', 'Три']) {
    const { id, etag } = await write(person, { title })
    await person.delete(`/scenarios/${id}`, ifMatch(etag))
    deleted.unshift({ id, title })
  }
  const first = await person.get('/trash?limit=1')
  expect(first.body.items).toMatchObject(deleted.slice(0, 1))
  const [{ deleted_at, kept_until }] = first.body.items
  expect((Date.parse(kept_until) - Date.parse(deleted_at)) / 1_000).toBe(RETENTION.deletedScenarios)
  const rest = `/trash?cursor=${first.body.next_cursor}`
  expect((await person.get(rest)).body).toMatchObject({ items: deleted.slice(1), next_cursor: null })
  await person.post(`/scenarios/${deleted[1]!.id}/restore`)
  await system.databases.scenarios
    .updateTable('scenarios')
    .set({ deleted_at: new Date(Date.now() - RETENTION.deletedScenarios * 1_000 - 60_000) })
    .where('id', '=', deleted[2]!.id)
    .execute()
  expect((await person.get('/trash')).body.items).toMatchObject(deleted.slice(0, 1))
  const stranger = await system.api.register()
  expect((await stranger.get('/trash')).body.items).toEqual([])
})

test('DELETE /trash empties one’s own for good, once or twice, and leaves what others have in theirs', async () => {
  expect((await system.api.call('DELETE', '/trash')).status).toBe(401)
  const [person, other] = [await system.api.register(), await system.api.register()]
  const deleted = []
  for (const owner of [person, person, other]) {
    const { id, etag } = await write(owner, { title: 'Раз' })
    await owner.delete(`/scenarios/${id}`, ifMatch(etag))
    deleted.push(id)
  }
  const kept = await write(person, { title: 'Два' })
  const both = await Promise.all([person.delete('/trash'), person.delete('/trash')])
  expect(both.map(({ status }) => status)).toEqual([204, 204])
  expect((await person.get('/trash')).body.items).toEqual([])
  expect((await person.post(`/scenarios/${deleted[0]}/restore`)).status).toBe(404)
  expect((await person.get(`/scenarios/${kept.id}`)).status).toBe(200)
  expect((await other.get('/trash')).body.items).toHaveLength(1)
  await purgeAll(system.databases.scenarios, purgesOfTable('scenarios', 'scenarios'))
  const left = await system.databases.scenarios
    .selectFrom('scenarios')
    .select('id')
    .where('id', 'in', deleted)
    .execute()
  expect(left).toEqual([{ id: deleted[2] }])
})
