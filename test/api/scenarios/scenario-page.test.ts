import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { grant, ifMatch, pointers, scene, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
})
afterAll(() => system.stop())
beforeEach(async () => {
  person = await system.api.register()
})

const titles = (reply: Reply): string[] => {
  expect(reply).toMatchObject({ status: 200 })
  return reply.body.items.map((s: { title: string }) => s.title)
}
const find = async (query: string) => titles(await person.get(`/scenarios?${query}`))
const q = (text: string) => find(`q=${encodeURIComponent(text)}`)

describe('GET /scenarios', () => {
  test('needs a token and good parameters', async () => {
    expect((await system.api.call('GET', '/scenarios')).status).toBe(401)
    for (const [query, pointer] of [
      ['limit=0', '/limit'],
      ['limit=101', '/limit'],
      ['cursor=garbage', '/cursor'],
      ['status=done', '/status'],
      ['shared=maybe', '/shared'],
      ['q=%00', '/q'],
      ['tag=%00', '/tag'],
    ])
      expect(pointers(await person.get(`/scenarios?${query}`))).toEqual([pointer])
  })

  test('refuses a cursor that was made by hand for another kind of row', async () => {
    await write(person)
    await write(person)
    const { next_cursor } = (await person.get('/scenarios?limit=1')).body
    const [digest] = JSON.parse(Buffer.from(next_cursor, 'base64url').toString())
    for (const parts of [
      [digest, '2026-01-01T00:00:00Z', 'nope'],
      [digest, '0000-01-01T00:00:00Z', '019a3c00-0000-7000-8000-000000000001'],
    ])
      expect(
        (await person.get(`/scenarios?cursor=${Buffer.from(JSON.stringify(parts)).toString('base64url')}`)).status,
      ).toBe(422)
  })

  test('shows everything but scenes and content, newest change first', async () => {
    const first = await write(person, { title: 'Первый', content: 'Слова.' })
    await write(person, { title: 'Второй' })
    await person.put(`/scenarios/${first.id}`, { title: 'Первый снова' }, ifMatch(first.etag))
    const { items, next_cursor } = (await person.get('/scenarios')).body
    expect([items.map((s: { title: string }) => s.title), next_cursor]).toEqual([['Первый снова', 'Второй'], null])
    expect(Object.keys(items[0]).sort()).toEqual(
      Object.keys(first.body)
        // The brief's hash is told beside the scenes, which it is compared with.
        .filter((k) => !['scenes', 'content', 'brief_hash'].includes(k))
        .sort(),
    )
  })

  test('pages without loss or repetition while others are added, and binds the cursor to its filters', async () => {
    for (let i = 0; i < 5; i++) await write(person, { title: `Ролик ${i}` })
    const first = (await person.get('/scenarios?limit=2')).body
    await write(person, { title: 'Новый' })
    const second = (await person.get(`/scenarios?limit=2&cursor=${first.next_cursor}`)).body
    const third = (await person.get(`/scenarios?limit=2&cursor=${second.next_cursor}`)).body
    expect([...first.items, ...second.items, ...third.items].map((s) => s.title)).toEqual([
      'Ролик 4',
      'Ролик 3',
      'Ролик 2',
      'Ролик 1',
      'Ролик 0',
    ])
    expect(third.next_cursor).toBeNull()
    expect((await person.get(`/scenarios?limit=2&status=draft&cursor=${first.next_cursor}`)).status).toBe(422)
  })

  test('filters by status, tag (case and ё folded), words and share together', async () => {
    await write(person, { title: 'Ёлка зимой', tags: ['Ёлка'], status: 'completed' })
    await write(person, { title: 'Ёлка летом', tags: ['ёлка', 'лето'] })
    await write(person, { title: 'Пляж', tags: ['лето'] })
    expect(await find('status=completed')).toEqual(['Ёлка зимой'])
    expect(await find(`tag=${encodeURIComponent('ЕЛКА')}`)).toEqual(['Ёлка летом', 'Ёлка зимой'])
    expect(await find(`tag=${encodeURIComponent('лето')}&q=${encodeURIComponent('елка')}&status=draft`)).toEqual([
      'Ёлка летом',
    ])
    expect(await find(`tag=${encodeURIComponent('елк')}`)).toEqual([])
    expect(await find('tag=&q=')).toHaveLength(3)
    expect(await find('shared=true')).toEqual([])
    const other = await system.api.register()
    const { id } = await write(other, { title: 'Чужая ёлка', tags: ['ёлка'] })
    expect(await q('чужая')).toEqual([])
    await grant(system, id, other, person, 'viewer')
    expect(await find(`shared=true&q=${encodeURIComponent('елки')}`)).toEqual(['Чужая ёлка'])
    expect(await find(`shared=true&q=${encodeURIComponent('чужйа')}`)).toEqual(['Чужая ёлка'])
  })
})

describe('search', () => {
  beforeEach(async () => {
    await write(person, {
      title: 'Обзор самовара',
      description: 'Медный и большой',
      tags: ['Посуда'],
      scenes: [scene('Кухня', 'Вода закипает быстро.')],
    })
    await write(person, { title: 'Running shoes review', content: 'These trainers survived three marathons.' })
    await write(person, { title: 'Как выбрать велосипед', content: 'Рама, колёса и тормоза.' })
  })

  test.each([
    ['самоваров', 'Обзор самовара'],
    ['САМОВАР', 'Обзор самовара'],
    ['медные', 'Обзор самовара'],
    ['посуда', 'Обзор самовара'],
    ['закипевшая вода', 'Обзор самовара'],
    ['кухни', 'Обзор самовара'],
    ['shoe', 'Running shoes review'],
    ['marathon survive', 'Running shoes review'],
    ['колеса', 'Как выбрать велосипед'],
    ['"выбрать велосипед"', 'Как выбрать велосипед'],
    ['велосипед -самовар', 'Как выбрать велосипед'],
  ])('finds «%s» by its stems, in title, tags and script', async (query, title) => {
    expect(await q(query)).toEqual([title])
  })

  test.each([
    ['самовра', 'Обзор самовара'],
    ['велосепед', 'Как выбрать велосипед'],
    ['trainrs', 'Running shoes review'],
    ['тормаза', 'Как выбрать велосипед'],
    ['смаовар', 'Обзор самовара'],
    ['обзр самавара', 'Обзор самовара'],
  ])('finds «%s» although it is misspelt', async (query, title) => {
    expect(await q(query)).toEqual([title])
  })

  test('finds stop-words in titles', async () => {
    expect(await q('как')).toEqual(['Как выбрать велосипед'])
  })

  test.each([
    "' OR 1=1",
    '!!!',
    ':*',
    '&|!',
    '%',
    '_',
    '\\',
    '(((',
    'zzzzqqqq',
    'я'.repeat(2_000),
    '🤖',
    'самовар & пляж',
    '-'.repeat(2_000),
    '- '.repeat(999),
    '"-'.repeat(999),
    'or '.repeat(600),
  ])('takes %p as a text and finds nothing', async (query) => {
    const reply = await person.get(`/scenarios?q=${encodeURIComponent(query)}`)
    expect([reply.status, titles(reply)]).toEqual([200, []])
  })

  test('does not guess at a query that excludes words or wants them as they stand', async () => {
    for (const query of ['самовар -обзор', '"самовара обзор"']) expect(await q(query)).toEqual([])
  })

  test('finds words between angle brackets', async () => {
    await write(person, { title: 'Знаки', content: 'Пишите <жирно и крупно> и 3 < 5, а не 7 > 6.' })
    for (const query of ['крупно', '<крупно>']) expect(await q(query)).toEqual(['Знаки'])
  })

  test('forgets the old words and the deleted', async () => {
    const { id, etag } = await write(person, { title: 'Барабан' })
    const { headers } = await person.put(`/scenarios/${id}`, { title: 'Гитара' }, ifMatch(etag))
    expect(await q('барабан')).toEqual([])
    expect(await q('гитары')).toEqual(['Гитара'])
    await person.delete(`/scenarios/${id}`, ifMatch(headers.get('etag')!))
    expect(await q('гитары')).toEqual([])
  })

  test('a misspelt word is not taken for one that was edited away', async () => {
    const { id } = await write(person, { title: 'Акварума акварумб акварумв акварумг акварумд акварумж акварумз' })
    await person.put(`/scenarios/${id}`, { title: 'Пусто' }, ifMatch('*'))
    await write(person, { title: 'Аквариум' })
    expect(await q('акварум')).toEqual(['Аквариум'])
  })

  test('pages a misspelt search too', async () => {
    for (let i = 0; i < 3; i++) await write(person, { title: `Аквариум ${i}` })
    const first = await person.get(`/scenarios?limit=2&q=${encodeURIComponent('акварум')}`)
    const second = await person.get(
      `/scenarios?limit=2&q=${encodeURIComponent('акварум')}&cursor=${first.body.next_cursor}`,
    )
    expect([...titles(first), ...titles(second)]).toEqual(['Аквариум 2', 'Аквариум 1', 'Аквариум 0'])
    expect(second.body.next_cursor).toBeNull()
  })
})

test('a tag lists and counts what has it now: after edits, deletion and return, page by page, newest change first', async () => {
  const made = []
  for (const title of ['Раз', 'Два', 'Три']) made.push(await write(person, { title, tags: ['Чай', 'лес'] }))
  const tea = `tag=${encodeURIComponent('чай')}`
  const counts = async () => (await person.get('/tags')).body.items
  expect(await find(tea)).toEqual(['Три', 'Два', 'Раз'])
  const edited = await person.put(`/scenarios/${made[0]!.id}`, { title: 'Раз', tags: ['ЧАЙ'] }, ifMatch('*'))
  await person.put(`/scenarios/${made[1]!.id}`, { title: 'Два', tags: ['Лес'] }, ifMatch('*'))
  const first = await person.get(`/scenarios?limit=1&${tea}`)
  const second = await person.get(`/scenarios?limit=1&${tea}&cursor=${first.body.next_cursor}`)
  expect([titles(first), titles(second), second.body.next_cursor]).toEqual([['Раз'], ['Три'], null])
  expect(await counts()).toEqual([
    { name: 'Лес', count: 2 },
    { name: 'ЧАЙ', count: 2 },
  ])
  await person.delete(`/scenarios/${made[0]!.id}`, ifMatch(edited.headers.get('etag')!))
  expect([await find(tea), await counts()]).toEqual([
    ['Три'],
    [
      { name: 'Лес', count: 2 },
      { name: 'Чай', count: 1 },
    ],
  ])
  await person.post(`/scenarios/${made[0]!.id}/restore`)
  expect(await find(tea)).toEqual(['Раз', 'Три'])
})

test('GET /tags counts one’s own tags under the spelling that was first', async () => {
  await write(person, { tags: ['Обзор', 'ёлка'] })
  await write(person, { tags: ['обзор', 'Елка'] })
  await write(person, { tags: ['обзор'] })
  expect((await person.get('/tags')).body).toEqual({
    items: [
      { name: 'Обзор', count: 3 },
      { name: 'ёлка', count: 2 },
    ],
  })
  expect((await system.api.call('GET', '/tags')).status).toBe(401)
})
