import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CallOptions, Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'
const BRIEF = 'A short ad for a warm thermos'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ workers: ['auth', 'users'] })
  person = await system.api.register()
})
afterAll(() => system.stop())

/** The same bad request in that language: what is said of each field. */
async function told(language: string, method: string, path: string, options: CallOptions): Promise<object> {
  const headers = { ...options.headers, 'accept-language': language }
  const reply = await system.api.call(method, path, { token: person.token, ...options, headers })
  expect([reply.status, reply.headers.get('content-language')]).toEqual([422, language])
  return Object.fromEntries(reply.body.errors.map((e: { path: string; message: string }) => [e.path, e.message]))
}

test('what is wrong with each field is told in the language of the client', async () => {
  const body = {
    brief: 'short',
    template_id: 7,
    scenario_id: 'mine',
    base_version: 1.5,
    kind: 'opera',
    language: 'по-русски',
    tone: ['calm', '   '],
    audience: 'x'.repeat(501),
    target_duration_s: 4,
    must_include: Array.from({ length: 21 }, () => 'a'),
    must_avoid: 'a',
    mood: 'good',
  }
  const kinds = 'ad, integration, tutorial, short, review, explainer, other'
  expect(await told('ru', 'POST', '/ai/generate', { body })).toEqual({
    '/brief': 'не меньше 10 знаков',
    '/template_id': 'нужна строка',
    '/scenario_id': 'нужен UUID',
    '/base_version': 'нужно целое число',
    '/kind': `допустимо одно из: ${kinds}`,
    '/language': 'нужен код языка, например ru или en-GB',
    '/tone/1': 'не должно быть пустым',
    '/audience': 'не больше 500 знаков',
    '/target_duration_s': 'не меньше 5',
    '/must_include': 'не больше 20 элементов',
    '/must_avoid': 'нужен список',
    '/mood': 'такого поля в этом запросе нет',
  })
  expect(await told('en', 'POST', '/ai/generate', { body })).toEqual({
    '/brief': 'must have at least 10 characters',
    '/template_id': 'must be a string',
    '/scenario_id': 'must be a UUID',
    '/base_version': 'must be a whole number',
    '/kind': `must be one of ${kinds}`,
    '/language': 'must be a language tag such as ru or en-GB',
    '/tone/1': 'must not be empty',
    '/audience': 'must have at most 500 characters',
    '/target_duration_s': 'must be at least 5',
    '/must_include': 'must have at most 20 entries',
    '/must_avoid': 'must be a list',
    '/mood': 'is not a field of this request',
  })
})

const post = (path: string, body: unknown) => ['POST', path, { body }] as const
const put = (path: string, body: unknown) => ['PUT', path, { body }] as const

test.each<[string, readonly [string, string, CallOptions], Record<string, readonly [ru: string, en: string]>]>([
  ['a missing field', post('/ai/generate', {}), { '/brief': ['обязательное поле', 'is required'] }],
  ['a body that is a list', post('/auth/login', []), { '': ['нужен объект JSON', 'must be a JSON object'] }],
  [
    'a text that cannot be stored',
    post('/ai/generate', { brief: BRIEF, cta: 'a\0b' }),
    { '/cta': ['не должно содержать NUL и одиночных суррогатов', 'must not contain NUL or lone surrogates'] },
  ],
  [
    'a field that needs another',
    post('/ai/generate', { brief: BRIEF, base_version: 1 }),
    { '/base_version': ['указывается только вместе с scenario_id', 'needs scenario_id'] },
  ],
  [
    'a thing that is not there',
    post('/ai/generate', { brief: BRIEF, template_id: NOBODY }),
    { '/template_id': ['не существует', 'does not exist'] },
  ],
  [
    'a registration',
    post('/auth/register', { email: 'nobody', password: 'seven77', locale: '!' }),
    {
      '/email': ['нужен адрес электронной почты', 'must be an e-mail address'],
      '/password': ['не меньше 8 знаков', 'must have at least 8 characters'],
      '/locale': ['нужен код языка, например ru или en-GB', 'must be a language tag such as ru or en-GB'],
    },
  ],
  [
    'a common password',
    post('/auth/register', { email: 'a@example.test', password: 'password1' }),
    { '/password': ['один из самых распространённых паролей', 'is one of the most common passwords'] },
  ],
  [
    'shares that are no whole',
    post('/templates', { name: 'Half', beats: [{ beat: 'hook', share: 0.5 }] }),
    { '/beats': ['доли должны давать в сумме 1', 'shares must add up to 1'] },
  ],
  [
    'a link for an editor',
    post(`/scenarios/${NOBODY}/share`, { link: true, user_id: NOBODY, role: 'editor' }),
    {
      '/link': ['не указывается вместе с user_id', 'cannot come with user_id'],
      '/role': ['для ссылки — только viewer или commenter', 'must be viewer or commenter for a link'],
    },
  ],
  [
    'a value of which there is one',
    post(`/scenarios/${NOBODY}/share`, { link: false, role: 'viewer' }),
    { '/link': ['допустимо только true', 'must be true'] },
  ],
  [
    'a topic that cannot be switched off',
    put('/notifications/preferences', { topics: { security: { email: false } } }),
    { '/topics/security/email': ['нельзя отключить', 'cannot be switched off'] },
  ],
  [
    'a key that is none of the topics',
    put('/notifications/preferences', { topics: { gossip: {} } }),
    { '/topics/gossip': ['такого поля в этом запросе нет', 'is not a field of this request'] },
  ],
  [
    'a limit above the highest',
    ['GET', '/operations?limit=101', {}],
    { '/limit': ['нужно целое число от 1 до 100', 'must be a whole number from 1 to 100'] },
  ],
  [
    'a cursor of no list',
    ['GET', '/operations?cursor=abc', {}],
    { '/cursor': ['это курсор не этого списка', 'is not a cursor of this list'] },
  ],
  [
    'a long Idempotency-Key',
    ['POST', '/ai/generate', { body: { brief: BRIEF }, headers: { 'idempotency-key': 'k'.repeat(256) } }],
    { '': ['Idempotency-Key должен иметь от 1 до 255 знаков', 'Idempotency-Key must have 1 to 255 characters'] },
  ],
])('%s is told in both languages', async (_, [method, path, options], fields) => {
  const pick = (index: 0 | 1) => Object.fromEntries(Object.entries(fields).map(([at, texts]) => [at, texts[index]]))
  expect(await told('ru', method, path, options)).toEqual(pick(0))
  expect(await told('en', method, path, options)).toEqual(pick(1))
})

test('without Accept-Language it is the language of the person', async () => {
  const russian = await system.api.register({ locale: 'ru' })
  const body = { settings: { much: 'x'.repeat(17_000) } }
  const ru = await russian.put(`/users/${russian.id}`, body)
  const en = await person.put(`/users/${person.id}`, body)
  expect(ru.body.errors).toEqual([{ path: '/settings', message: 'не больше 16384 байт в виде JSON' }])
  expect(en.body.errors).toEqual([{ path: '/settings', message: 'must have at most 16384 bytes as JSON' }])
})
