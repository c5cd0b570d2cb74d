import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let admin: Person
let person: Person
let ids: string[]
beforeAll(async () => {
  system = await startSystem()
  ;[admin, person] = await Promise.all([registerAdmin(system), system.api.register()])
  ids = []
  for (const brief of ['A warm thermos, for a day', 'A cold kettle, for a night']) {
    const { body } = await person.post('/ai/generate', { brief })
    await system.api.finished(body.id, person.token)
    ids.push(body.id)
  }
})
afterAll(() => system.stop())

const listed = async (query: string) => (await admin.get(`/admin/operations?${query}`)).body
const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id)

describe.each(['/admin/operations', '/admin/operations/counts'])('GET %s', (path) => {
  test('is for nobody without a token, and for nobody who does not run the installation', async () => {
    expect(await system.api.call('GET', path)).toMatchObject({ status: 401, body: { code: 'auth.required' } })
    expect(await person.get(path)).toMatchObject({ status: 403, body: { code: 'access.denied' } })
  })
  test('says which filter is wrong', async () => {
    expect(await admin.get(`${path}?status=asleep`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/status' }] },
    })
    expect(await admin.get(`${path}?since=yesterday`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/since' }] },
    })
  })
})

test('operations of all people and services are listed, newest first, and page by page', async () => {
  const all = await listed('limit=100')
  expect(idsOf(all).slice(0, 2)).toEqual([ids[1], ids[0]])
  expect(new Set(all.items.map(({ service }: { service: string }) => service))).toEqual(new Set(['ai', 'auth']))
  expect(all.items[0]).toMatchObject({ owner_id: person.id, status: 'succeeded', provider: 'demo', stuck: false })
  const pages: string[] = []
  for (let cursor = ''; ;) {
    const page = await listed(`limit=1${cursor}`)
    pages.push(...idsOf(page))
    if (page.next_cursor === null) break
    cursor = `&cursor=${page.next_cursor}`
  }
  expect(pages).toEqual(idsOf(all))
})

test.each([
  ['kind=generation', 2],
  ['kind=registration', 2],
  ['status=succeeded&kind=generation', 2],
  ['status=open', 0],
  ['status=failed', 0],
  ['code=ai.timeout', 0],
  ['provider=demo', 2],
  ['provider=nobody', 0],
])('%s leaves %i', async (query, count) => {
  expect((await listed(query)).items).toHaveLength(count)
})

test('they are chosen by person, by time, and found by what somebody has of them', async () => {
  expect(idsOf(await listed(`kind=generation&owner=${person.id}`))).toHaveLength(2)
  expect(idsOf(await listed(`owner=${admin.id}&kind=generation`))).toEqual([])
  expect(idsOf(await listed(`since=${new Date().toISOString()}`))).toEqual([])
  expect(idsOf(await listed(`q=${ids[0]!.slice('generation-'.length, 'generation-'.length + 13)}`))).toEqual([ids[0]])
  expect((await listed(`kind=generation&limit=1&cursor=nonsense`)).code).toBe('validation.failed')
})

test('it holds no word of its person', async () => {
  expect(JSON.stringify(await listed('limit=100'))).not.toMatch(/thermos|kettle/)
})

test('they are counted by how they ended', async () => {
  const { items } = (await admin.get('/admin/operations/counts?kind=generation')).body
  expect(items).toEqual([{ kind: 'generation', status: 'succeeded', error_code: null, stage: 'done', count: 2 }])
})
