import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { FORMAT_NAMES } from '../../../exports/format.ts'
import type { Person } from '../../support/http.ts'
import { grant, ifMatch, pointers, scene, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  owner = await system.api.register()
})
afterAll(() => system.stop())

test('only who may read gets a file, and only in a known format', async () => {
  const stranger = await system.api.register()
  const { id } = await write(owner, { content: 'Слова.' })
  expect((await system.api.call('GET', `/scenarios/${id}/export?format=txt`)).status).toBe(401)
  for (const path of [`/scenarios/${id}`, `/scenarios/${uuidv7()}`, '/scenarios/nope'])
    expect((await stranger.get(`${path}/export?format=txt`)).status).toBe(404)
  for (const query of ['', '?format=', '?format=exe', '?format=md&format=txt'])
    expect(pointers(await owner.get(`/scenarios/${id}/export${query}`))).toEqual(['/format'])
  await grant(system, id, owner, stranger, 'viewer')
  expect((await stranger.get(`/scenarios/${id}/export?format=txt`)).status).toBe(200)
})

test('every format is a file with a name and a type, the same bytes until the next version', async () => {
  const { id, etag } = await write(owner, {
    title: 'Ролик «Чай» / 100%',
    scenes: [scene('Раз', 'Вода закипает за минуту.')],
  })
  const first = new Map<string, string>()
  for (const format of FORMAT_NAMES) {
    const file = await owner.get(`/scenarios/${id}/export?format=${format}`)
    expect([format, file.status]).toEqual([format, 200])
    expect(file.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="[ -~]+\\.${format}"; filename\\*=UTF-8''[!-~]+\\.${format}$`),
    )
    expect(file.headers.get('content-disposition')).toContain(encodeURIComponent('Ролик «Чай» 100%'))
    expect(file.headers.get('content-type')).toBeTruthy()
    expect((await owner.get(`/scenarios/${id}/export?format=${format}`)).text).toBe(file.text)
    expect(
      (
        await owner.get(`/scenarios/${id}/export?format=${format}`, {
          headers: { 'if-none-match': file.headers.get('etag')! },
        })
      ).status,
    ).toBe(304)
    first.set(format, file.text)
  }
  await owner.put(`/scenarios/${id}`, { title: 'Иначе', content: 'Другие слова.' }, ifMatch(etag))
  for (const format of ['md', 'txt', 'json', 'srt'])
    expect((await owner.get(`/scenarios/${id}/export?format=${format}`)).text).not.toBe(first.get(format))
})

test('a json export comes back as a new scenario with the same content and ids of its own', async () => {
  const { id, body } = await write(owner, {
    title: 'Туда и обратно',
    description: 'x',
    tags: ['а'],
    kind: 'ad',
    scenes: [scene('Раз', 'Слова.', 'Ещё.')],
    cta: 'Купите',
  })
  const file = (await owner.get(`/scenarios/${id}/export?format=json`)).body
  const other = await system.api.register()
  const back = await other.post('/scenarios/import', file)
  expect(back.status).toBe(201)
  expect(back.headers.get('location')).toBe(`/api/v1/scenarios/${back.body.id}`)
  const strip = (s: { scenes: { id?: string; rows: { id?: string }[] }[] }) =>
    JSON.parse(JSON.stringify(s.scenes, (key, value) => (key === 'id' ? undefined : value)))
  expect(back.body).toMatchObject({
    owner_id: other.id,
    version: 1,
    title: 'Туда и обратно',
    tags: ['а'],
    kind: 'ad',
    cta: 'Купите',
    content: body.content,
  })
  expect(strip(back.body)).toEqual(strip(body))
  expect(back.body.id).not.toBe(id)
  expect(back.body.scenes[0].id).not.toBe(body.scenes[0].id)
  for (const [change, pointer] of [
    [{ surplus: 1 }, '/surplus'],
    [{ schema_version: 2 }, '/schema_version'],
    [{ title: '' }, '/title'],
    [{ version: 3 }, '/version'],
  ] as const)
    expect(pointers(await other.post('/scenarios/import', { ...file, ...change }))).toContain(pointer)
})

test('the json export of the largest scenario that is taken comes back too', async () => {
  // 2,000 rows of nothing grow most by what is filled in; a few long texts are as long as a request can be.
  const nothing = Array.from({ length: 200 }, () => ({ heading: 'x', rows: Array.from({ length: 10 }, () => ({})) }))
  const long = Array.from({ length: 5 }, () =>
    scene('я'.repeat(200), ...Array.from({ length: 2 }, () => 'я'.repeat(45_000))),
  )
  for (const scenes of [nothing, long]) {
    const { id, body } = await write(owner, {
      title: 'я'.repeat(200),
      description: 'я'.repeat(500),
      tags: Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(50, 'я')),
      scenes,
    })
    const file = await owner.get(`/scenarios/${id}/export?format=json`)
    const back = await owner.post('/scenarios/import', file.body)
    expect([back.status, back.body.content]).toEqual([201, body.content])
  }
})

test('OpenAPI names the media type of every format', async () => {
  const { paths } = (await system.api.call('GET', '//openapi.json')).body
  const types = Object.keys(paths['/api/v1/scenarios/{id}/export'].get.responses['200'].content)
  const { id } = await write(owner)
  for (const format of FORMAT_NAMES) {
    const { headers } = await owner.get(`/scenarios/${id}/export?format=${format}`)
    expect(types).toContain(headers.get('content-type')!.split(';')[0])
  }
})

test.each([
  ['Plain text 2', 'Plain text 2', 'Plain%20text%202'],
  // The rest of a Cyrillic title in ASCII would say nothing.
  ['Чайник №1', 'scenario', '%D0%A7%D0%B0%D0%B9%D0%BD%D0%B8%D0%BA%20%E2%84%961'],
  ['../..\\etc/"passwd";', 'etc passwd', 'etc%20passwd%20%3B'],
  ['...', 'scenario', 'scenario'],
  ['<>', 'scenario', 'scenario'],
])('the file of «%s» has a name that any system takes', async (title, ascii, encoded) => {
  const { id } = await write(owner, { title })
  const { headers } = await owner.get(`/scenarios/${id}/export?format=md`)
  expect(headers.get('content-disposition')).toBe(`attachment; filename="${ascii}.md"; filename*=UTF-8''${encoded}.md`)
})

test.each(['GET', 'PUT', 'DELETE'] as const)('%s of the import is a wrong method, not a scenario', async (method) => {
  const reply = await system.api.call(method, '/scenarios/import', { token: owner.token })
  expect(reply).toMatchObject({ status: 405, body: { code: 'route.method_not_allowed' } })
  expect(reply.headers.get('allow')).toBe('POST')
})

test('a demo text stays marked when it leaves and comes back', async () => {
  const { id } = await write(owner, { content: 'Слова.' })
  await system.databases.scenarios
    .updateTable('scenarios')
    .set({ is_demo: true, source: 'ai' })
    .where('id', '=', id)
    .execute()
  for (const format of ['md', 'txt', 'vtt', 'fountain'])
    expect((await owner.get(`/scenarios/${id}/export?format=${format}`)).text).toContain('Демо-текст')
  const file = (await owner.get(`/scenarios/${id}/export?format=json`)).body
  expect((await owner.post('/scenarios/import', file)).body).toMatchObject({ is_demo: true, source: 'ai' })
})

test('a large export holds up no other request', async () => {
  const scenes = Array.from({ length: 100 }, (_, i) =>
    scene(`Сцена ${i}`, ...Array.from({ length: 10 }, (__, k) => `Строка ${k}: ${'слова и ещё слова '.repeat(12)}`)),
  )
  const { id } = await write(owner, { scenes })
  const pdf = owner.get(`/scenarios/${id}/export?format=pdf`)
  let finished = false
  void pdf.then(() => (finished = true))
  let served = 0
  while (!finished) {
    expect((await system.api.call('GET', '//health/live')).status).toBe(200)
    served++
  }
  expect((await pdf).status).toBe(200)
  expect(served).toBeGreaterThan(5)
})
