import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

const MIB = 1024 * 1024
/** What the thread that answers everybody may spend on one body, with room for a machine that does ten other things. */
const MAX_MS = 500
const times = (piece: string, bytes: number) => piece.repeat(Math.floor(bytes / Buffer.byteLength(piece)))
const list = (piece: string, bytes = MIB - 100) => `[${times(`${piece},`, bytes)}0]`
const names = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":0`).join(',')
/** Runs that are put in order by insertion: the time of NFC grows with the square of their length. */
const MARKS = '\u0f71\u0f72\u0f74'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
})
afterAll(() => system.stop())

const used = () => {
  const { user, system: kernel } = process.threadCpuUsage()
  return (user + kernel) / 1000
}
/** Sends a body and gives the refusal, with what it cost this thread: API and client share it here. */
async function refused(method: 'POST' | 'PUT', path: string, raw: string) {
  const before = used()
  const headers = { 'content-type': 'application/json' }
  const { status, body } = await system.api.call(method, path, { token: person.token, raw, headers })
  return { status, code: body.code, errors: body.errors as { path: string; message: string }[], ms: used() - before }
}

describe('a body that is large in what costs time is refused before it costs any', () => {
  test.each([
    ['marks in a title', 'POST', '/scenarios', () => `{"title":"${times(MARKS, MIB - 100)}"}`, '/title'],
    ['marks of two classes', 'POST', '/scenarios', () => `{"title":"${times('\u0301\u0316', 96_000)}"}`, '/title'],
    [
      'marks within the length',
      'POST',
      '/scenarios',
      () => `{"title":"a","content":"${times(MARKS, 500_000)}"}`,
      '/content',
    ],
    ['marks in a name', 'PUT', '/users/', () => `{"settings":{"${times(MARKS, 30_000)}":1}}`, '/settings/'],
    [
      'marks in a list',
      'POST',
      '/ai/generate',
      () => `{"brief":"0123456789","tone":["${times(MARKS, 200_000)}"]}`,
      '/tone/0',
    ],
    ['scenes of zeros', 'POST', '/scenarios', () => `{"title":"a","scenes":${list('0')}}`, ''],
    ['as many scenes as values', 'POST', '/scenarios', () => `{"title":"a","scenes":${list('0', 60_000)}}`, '/scenes'],
    [
      'rows of zeros',
      'POST',
      '/scenarios',
      () => `{"title":"a","scenes":[{"rows":${list('0', 3_000)}}]}`,
      '/scenes/0/rows/0',
    ],
    [
      'rows in all',
      'POST',
      '/scenarios',
      () => `{"title":"a","scenes":[{"rows":[${'{},'.repeat(1_500)}{}]},{"rows":[${'{},'.repeat(500)}{}]}]}`,
      '/scenes',
    ],
    [
      'lines in all',
      'POST',
      '/scenarios/import',
      () =>
        `{"title":"a","scenes":[{"rows":[${Array(121)
          .fill(`{"audio":[${Array(50).fill('{"text":""}').join()}]}`)
          .join()}]}]}`,
      '/scenes',
    ],
    ['80,000 settings', 'PUT', '/users/', () => `{"settings":{${names(80_000)}}}`, ''],
    ['unknown fields', 'POST', '/templates', () => `{${names(9_000)}}`, '/k0'],
    ['one name again and again', 'POST', '/scenarios', () => `{${times('"a":{"b":0},', MIB - 200)}"title":"a"}`, ''],
    [
      'objects of many shapes',
      'POST',
      '/templates',
      () => `{"beats":[${Array.from({ length: 40_000 }, (_, i) => `{"a${i}":0}`).join()}]}`,
      '',
    ],
    [
      'a million levels',
      'POST',
      '/scenarios',
      () => `{"title":${'['.repeat(MIB / 2 - 50)}${']'.repeat(MIB / 2 - 50)}}`,
      '',
    ],
    ['a long name', 'POST', '/scenarios', () => `{"${times('~', MIB - 100)}":0,"title":"a"}`, '/~0'],
    [
      'marks in an address',
      'POST',
      '/auth/register',
      () => `{"email":"${times(MARKS, 15_000)}@a.test","password":"plum orbit kettle"}`,
      '/email',
    ],
    [
      'marks in a password',
      'POST',
      '/auth/register',
      () => `{"email":"a@a.test","password":"${times('\u0301\u0316', 400)}"}`,
      '/password',
    ],
  ] as const)('%s', async (_, method, path, body, pointer) => {
    const url = path === '/users/' ? `/users/${person.id}` : path
    const { status, code, errors, ms } = await refused(method, url, body())
    expect({ status, code }).toEqual({ status: 422, code: 'validation.failed' })
    expect(errors[0]!.path.slice(0, pointer.length || undefined)).toBe(pointer)
    expect(errors.length).toBeLessThanOrEqual(20)
    expect(ms).toBeLessThan(MAX_MS)
  })
})

describe('what no value may hold', () => {
  const settings = (raw: string) => refused('PUT', `/users/${person.id}`, `{"settings":${raw}}`)
  test.each([
    ['{"__proto__":{"a":1}}', '/settings/__proto__'],
    ['{"\\u005f_proto__":1}', '/settings/__proto__'],
    ['{"a":[{"constructor":{"prototype":{}}}]}', '/settings/a/0/constructor'],
    ['{"prototype":1}', '/settings/prototype'],
    ['{"a":1e400}', '/settings/a'],
    ['{"a":[-1e999]}', '/settings/a/0'],
    [`{"a":${'9'.repeat(400)}}`, '/settings/a'],
    ['{"a":"\\u0000"}', '/settings/a'],
    ['{"\\ud800":1}', '/settings'],
  ])('%s is refused at its place', async (raw, path) => {
    const { status, errors } = await settings(raw)
    expect({ status, paths: errors.map((e) => e.path) }).toEqual({ status: 422, paths: [path] })
  })
  test.each([
    '{"a":1e-400}',
    '{"a":1.7976931348623157e308}',
    '{"proto":1,"constructors":[]}',
    `{"a":"${'e\u0301'.repeat(100)}"}`,
  ])('%s is taken', async (raw) => {
    expect(await person.put(`/users/${person.id}`, undefined, { raw: `{"settings":${raw}}` })).toMatchObject({
      status: 200,
    })
  })
  test('in a query neither', async () => {
    const q = encodeURIComponent('\u0301\u0316'.repeat(16))
    const reply = await person.get(`/scenarios?q=${q}`)
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: '/q' }] } })
    expect(await person.get('/scenarios?q=%00')).toMatchObject({ status: 422, body: { errors: [{ path: '/q' }] } })
  })
})

describe('a text that nobody can see', () => {
  const UNSEEN = {
    spaces: '   \u00a0\u2003\u3000',
    'zero width': '\u200b\u200c\u200d\u2060\ufeff',
    fillers: '\u115f\u1160\u3164\uffa0',
    'braille blank': '\u2800\u2800',
    'controls and soft hyphens': '\u00ad\u00ad\u0007\u0085',
    directions: '\u202e\u2066\u2069\u061c',
    'selectors and tags': '\ufe0f\u{e0100}\u{e0061}\u{e007f}',
    'joiner of graphemes': '\u034f\u180e',
  }
  test.each(Object.entries(UNSEEN))('%s is no title, tag, comment or password', async (_, text) => {
    const { body: scenario } = await person.post('/scenarios', { title: 'Чайник' })
    const replies = [
      await person.post('/scenarios', { title: text }),
      await person.post('/scenarios', { title: 'a', tags: [text] }),
      await person.post(`/scenarios/${scenario.id}/comments`, { body: text }),
      await person.post('/templates', { name: text, beats: [{ beat: 'hook', share: 1 }] }),
      await system.api.call('POST', '/auth/register', {
        body: { email: 'a@a.test', password: text.repeat(8).slice(0, 60) },
      }),
      await person.post('/auth/password/change', {
        current_password: person.password,
        new_password: text.repeat(8).slice(0, 60),
      }),
    ]
    expect(replies.map((r) => [r.status, r.body.code])).toEqual(replies.map(() => [422, 'validation.failed']))
  })
  test('is no name and no description either, and what is seen keeps its joiners', async () => {
    const reply = await person.put(`/users/${person.id}`, { full_name: '\u200b\u3164', bio: '👩‍👩‍👧 \u2800' })
    expect(reply).toMatchObject({ status: 200, body: { full_name: null, bio: '👩‍👩‍👧 \u2800' } })
  })
})

describe('what people write is taken as before', () => {
  test('200 letters of Vietnamese, Korean or Thai, each in parts', async () => {
    for (const letter of ['ệ', '한', 'ที่', '𝕏'].map((l) => l.normalize('NFD'))) {
      const whole = letter.normalize('NFC').repeat(Math.floor(200 / [...letter.normalize('NFC')].length))
      const reply = await person.post('/scenarios', { title: whole.normalize('NFD') })
      expect(reply).toMatchObject({ status: 201, body: { title: whole } })
    }
  })
  test('thirty marks on a letter, and not one more', async () => {
    const [thirty, more] = [30, 31].map((n) => `a${'\u0316'.repeat(n)}`)
    expect(await person.post('/scenarios', { title: thirty })).toMatchObject({ status: 201 })
    expect(await person.post('/scenarios', { title: more })).toMatchObject({ status: 422 })
  })
  test('2,000 rows of three lines each, and its export again', async () => {
    const row = { visual: 'в', audio: ['а', 'б', 'в'].map((text) => ({ text })), duration_s: 1 }
    const scenes = Array.from({ length: 100 }, () => ({ rows: Array(20).fill(row) }))
    const made = await person.post('/scenarios', { title: 'Большой', scenes })
    expect(made.status).toBe(201)
    const exported = await person.get(`/scenarios/${made.body.id}/export?format=json`)
    expect(await person.post('/scenarios/import', undefined, { raw: exported.text })).toMatchObject({ status: 201 })
  })
})
