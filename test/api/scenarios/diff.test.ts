import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { VersionDiff } from '../../../api/schemas/diff.ts'
import type { Person, Reply } from '../../support/http.ts'
import { grant, ifMatch, pointers, row, scene, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person
let id: string
beforeAll(async () => {
  system = await startSystem({ relays: false })
  owner = await system.api.register()
  const written = await write(owner, {
    title: 'Чайник <b>№ 1</b>',
    status: 'draft',
    scenes: [scene('Раз', 'Вода кипит быстро.', 'Стоит 5 рублей.'), scene('Два', 'Пейте чай.'), scene('Три', 'Конец.')],
  })
  id = written.id
  const [one, two, three] = written.body.scenes
  const edited = await owner.put(
    `/scenarios/${id}`,
    {
      title: 'Чайник <b>№ 2</b>',
      status: 'completed',
      scenes: [
        three,
        {
          ...one,
          beat: 'cta',
          locked: true,
          rows: [
            {
              ...one.rows[0],
              duration_s: 9,
              audio: [{ speaker: 'Диктор', type: 'vo', text: 'Вода закипит очень быстро & <тихо>.' }],
            },
            one.rows[1],
          ],
        },
        two,
        { heading: 'Четыре', rows: [row('Новое.')] },
      ],
    },
    ifMatch('*'),
  )
  expect(edited.status).toBe(200)
})
afterAll(() => system.stop())

const path = (query = '') => `/scenarios/${id}/diff${query}`

test('needs a token', async () => {
  expect((await system.api.call('GET', path())).status).toBe(401)
})

test('is there for all who may read', async () => {
  const viewer = await system.api.register()
  await grant(system, id, owner, viewer, 'viewer')
  expect((await viewer.get(path())).status).toBe(200)
})

test('is 404 for strangers', async () => {
  const stranger = await system.api.register()
  expect(await stranger.get(path())).toMatchObject({ status: 404, body: { code: 'scenario.not_found' } })
})

test.each([uuidv7(), 'nope'])('is 404 of a scenario that is not there: %s', async (missing) => {
  expect((await owner.get(`/scenarios/${missing}/diff`)).status).toBe(404)
})

test.each(['?to=9', '?from=9', '?from=1&to=3'])('is 404 for a version that is not there: %s', async (query) => {
  expect(await owner.get(path(query))).toMatchObject({ status: 404, body: { code: 'scenario.version_not_found' } })
})

test.each([
  ['?from=0', '/from'],
  ['?to=x', '/to'],
  ['?to=99999999999', '/to'],
  ['?format=pdf', '/format'],
])('is 422 for %s, with its name', async (query, pointer) => {
  const reply = await owner.get(path(query))
  expect([reply.status, pointers(reply)]).toEqual([422, [pointer]])
})

describe('as JSON', () => {
  let own: Reply
  beforeAll(async () => {
    own = await owner.get(`/scenarios/${id}/versions/2/diff`)
  })

  test.each(['', '?from=1', '?from=1&to=2', '?to=2&format=json'])(
    'is in the shape of a version’s own diff, which it is by default: “%s”',
    async (query) => expect((await owner.get(path(query))).body).toEqual(own.body),
  )

  test('says of the scenario and each scene what changed', () =>
    expect(own.body).toMatchObject({
      from: 1,
      to: 2,
      facts: [{ fact: 'status', was: 'draft', is: 'completed' }],
      scenes: [
        { change: 'moved', moved_from: { n: 3 }, rows: [] },
        {
          change: 'changed',
          facts: [
            { fact: 'beat', was: 'hook', is: 'cta' },
            { fact: 'locked', was: false, is: true },
          ],
          rows: [{ change: 'changed', facts: [{ fact: 'duration_s', was: 4, is: 9 }] }, { change: 'same' }],
        },
        { change: 'same' },
        { change: 'added' },
      ],
    }))

  test('gives the words of a text in pieces', () =>
    expect(own.body.scenes[1].rows[0].audio).toEqual([
      { op: 'same', text: 'Диктор (vo): Вода ' },
      { op: 'removed', text: 'кипит ' },
      { op: 'added', text: 'закипит очень ' },
      { op: 'same', text: 'быстро' },
      { op: 'added', text: ' & <тихо>' },
      { op: 'same', text: '.' },
    ]))

  // It leaves as it was made on its thread.
  test.each(['', '?from=2&to=1', '?from=2&to=2'])(
    'is what the route declares, and no field more: “%s”',
    async (query) => {
      const { body } = await owner.get(path(query))
      expect(VersionDiff.parse(body)).toEqual(body)
    },
  )

  test('goes backwards too', async () => {
    const back = (await owner.get(path('?from=2&to=1'))).body
    expect(back.scenes.map((s: { change: string }) => s.change)).toContain('removed')
  })

  test('of a version and itself is empty', async () => {
    const none = (await owner.get(path('?from=2&to=2'))).body
    const changes = new Set(none.scenes.map((s: { change: string }) => s.change))
    expect([none.fields, none.facts, changes]).toEqual([[], [], new Set(['same'])])
  })
})

test.each([
  ['ru', 'Изменения: версия 1 → версия 2', 'Часть: ', 'зацепка', 'призыв', 'перемещено, раньше на месте 3'],
  ['en', 'Changes: version 1 → version 2', 'Beat: ', 'hook', 'call to action', 'moved, was number 3'],
])('a page in %s strikes what went and underlines what came', async (language, title, beat, was, is, moved) => {
  const reply = await owner.get(path('?format=html'), { headers: { 'accept-language': language } })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'")
  const page = reply.text
  expect(page).toContain(`<html lang="${language}">`)
  for (const said of [title, moved]) expect(page).toContain(said)
  expect(page.replaceAll(/<\/?span[^>]*>/g, '')).toContain(`${beat}<del>${was}</del> <ins>${is}</ins>`)
  expect(page).toContain('Вода <del>кипит </del><ins>закипит очень </ins>быстро<ins> &#38; &#60;тихо&#62;</ins>.')
  expect(page).not.toMatch(/<(b|script|link|img|тихо)\b|https?:/)
})

test('Markdown strikes and emboldens whole words, and what was typed stays text', async () => {
  const reply = await owner.get(path('?format=md'), { headers: { 'accept-language': 'ru' } })
  expect(reply.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  expect(reply.text).toContain('Диктор: Вода ~~кипит быстро.~~ **закипит очень быстро \\& \\<тихо\\>.**')
  expect(reply.text).toContain('Название: Чайник \\<b\\>№ ~~1\\</b\\>~~ **2\\</b\\>**')
  expect(reply.text).toContain('Статус: ~~черновик~~ **готов**')
})

test('a page of versions that are the same says so, and a demo text stays marked', async () => {
  const demo = await write(owner, { title: 'Демо', content: 'Слова.' })
  await system.databases.scenarios.updateTable('scenarios').set({ is_demo: true }).where('id', '=', demo.id).execute()
  for (const format of ['html', 'md']) {
    const { text } = await owner.get(`/scenarios/${demo.id}/diff?format=${format}`, {
      headers: { 'accept-language': 'ru' },
    })
    expect(text).toContain('Между этими версиями нет различий.')
    expect(text).toContain('Демо')
  }
})
