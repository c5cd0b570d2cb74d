import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { DRAWN_FORMATS, FORMAT_NAMES, FORMATS } from '../../../exports/format.ts'
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

describe('GET /scenarios/{id}/export', () => {
  let id: string
  let stranger: Person
  beforeAll(async () => {
    id = (await write(owner, { content: 'Слова.' })).id
    stranger = await system.api.register()
  })

  test('needs a token', async () => {
    expect((await system.api.call('GET', `/scenarios/${id}/export?format=txt`)).status).toBe(401)
  })

  test('is 404 for strangers, for what is missing and for what is no id', async () => {
    for (const path of [`/scenarios/${id}`, `/scenarios/${uuidv7()}`, '/scenarios/nope'])
      expect((await stranger.get(`${path}/export?format=txt`)).status).toBe(404)
  })

  test.each(['', '?format=', '?format=exe', '?format=md&format=txt'])(
    'is 422 without one format that is known: “%s”',
    async (query) => expect(pointers(await owner.get(`/scenarios/${id}/export${query}`))).toEqual(['/format']),
  )

  test.each(FORMAT_NAMES.filter((format) => !DRAWN_FORMATS.includes(format)))(
    'a storyboard in %s, which has no pages, is 422',
    async (format) => {
      const reply = await owner.get(`/scenarios/${id}/export?format=${format}&storyboard=true`)
      expect([reply.status, pointers(reply)]).toEqual([422, ['/storyboard']])
      expect(reply.body.errors[0].message).toContain('format=pdf|docx')
    },
  )

  test('is there for who may read', async () => {
    await grant(system, id, owner, stranger, 'viewer')
    expect((await stranger.get(`/scenarios/${id}/export?format=txt`)).status).toBe(200)
  })
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
      new RegExp(
        `^attachment; filename="[ -~]+\\.${FORMATS[format].ending}"; filename\\*=UTF-8''[!-~]+\\.${FORMATS[format].ending}$`,
      ),
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

test.each(DRAWN_FORMATS)(
  '%s has a storyboard only when it is asked for, and is kept apart from that without',
  async (format) => {
    const { id } = await write(owner, { scenes: [scene('Раз', 'Вода.')] })
    const ask = (query: string, headers = {}) =>
      owner.get(`/scenarios/${id}/export?format=${format}${query}`, { headers })
    const [plain, drawn] = [await ask(''), await ask('&storyboard=true')]
    expect(drawn.status).toBe(200)
    expect(drawn.text).not.toBe(plain.text)
    expect((await ask('&storyboard=false')).text).toBe(plain.text)
    expect((await ask('&storyboard=true', { 'if-none-match': plain.headers.get('etag')! })).status).toBe(200)
    expect((await ask('&storyboard=true', { 'if-none-match': drawn.headers.get('etag')! })).status).toBe(304)
  },
)

test('a kept file names its owner as that is called now', async () => {
  const author = await system.api.register({ full_name: 'Мария Иванова' })
  const { id } = await write(author, { content: 'Слова.' })
  const ask = (headers = {}) => author.get(`/scenarios/${id}/export?format=txt`, { headers })
  const before = await ask()
  expect(before.text).toContain('Автор: Мария Иванова')
  const profile = (await author.get('/users/profile')).body
  const { id: _, email: __, created_at: ___, updated_at: ____, ...fields } = profile
  expect((await author.put(`/users/${author.id}`, { ...fields, full_name: 'Мария Ёлкина' })).status).toBe(200)
  const after = await ask({ 'if-none-match': before.headers.get('etag')! })
  expect([after.status, after.text.includes('Автор: Мария Ёлкина')]).toEqual([200, true])
  expect(after.text).toBe(before.text.replace('Иванова', 'Ёлкина'))
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
