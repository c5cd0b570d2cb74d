import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { argon2id, hash } from 'argon2'
import { sql } from 'kysely'
import { idOf } from '../../cli/import/ids.ts'
import { readFileSource } from '../../cli/import/source.ts'
import type { Person } from '../support/http.ts'
import { ifMatch } from '../support/scenarios.ts'
import { startSystem, type System } from '../support/system.ts'
import { importRows, type Monolith, type Row } from './monolith.ts'

const PASSWORD = 'старый пароль 12'
let system: System
let folder: string
let hashed: string
beforeAll(async () => {
  system = await startSystem({ relays: false })
  folder = await mkdtemp(join(tmpdir(), 'scenor-dirty-'))
  hashed = await hash(PASSWORD, { type: argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 4 })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await system.stop()
})

/** One run over a file of these rows. */
const run = (source: string, rows: Monolith, write: boolean) =>
  importRows(join(folder, 'monolith.json'), rows, { databases: system.databases, source, write })

const user = (id: number, name: string, extra: Row = {}): Row => ({
  id,
  username: name,
  email: `${name.toLowerCase()}@example.test`,
  phone_number: null,
  hashed_pwd: hashed,
  ...extra,
})
const script = (id: number, user_id: number | null, extra: Row = {}): Row => ({
  id,
  title: `Сценарий ${id}`,
  content: 'Раз.\n\nДва.',
  description: null,
  status: 'draft',
  user_id,
  created_at: '2025-05-01 10:00:00',
  updated_at: '2025-05-01 10:00:00',
  ...extra,
})
const comment = (id: number, scenario_id: number, user_id: number, extra: Row = {}): Row => ({
  id,
  content: `Мысль ${id}`,
  scenario_id,
  user_id,
  parent_id: null,
  ...extra,
})
const signIn = async (email: string): Promise<Person> => {
  const { status, body } = await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
  expect(status).toBe(200)
  const me = await system.api.call('GET', '/auth/me', { token: body.access_token })
  return system.api.as({
    id: me.body.id,
    email,
    password: PASSWORD,
    token: body.access_token,
    refresh_token: body.refresh_token,
  })
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into many shapes
const scriptsOf = async (person: Person): Promise<any[]> => (await person.get('/scenarios?limit=100')).body.items

const dirty = (): Monolith => ({
  users: [
    user(1, 'anna1', { email: 'Anna1@Example.test', phone_number: '8 916 123-45-67' }),
    user(2, 'boris1'),
    user(3, 'Anna1', { email: 'anna1@example.TEST' }),
    user(4, 'ANNA1', { email: 'other1@example.test', phone_number: 'нет' }),
    user(5, 'nobody', { email: null }),
    user(6, 'wrong', { email: 'no address' }),
    user(7, 'Яна Ким!', { email: 'yana1@example.test' }),
    user(8, 'ю', { email: 'yu1@example.test', hashed_pwd: null }),
    user(9, 'x', { username: null, email: 'nine1@example.test' }),
    { id: null, username: 'ghost', email: 'ghost@example.test', hashed_pwd: hashed },
    user(2, 'twice', { email: 'twice1@example.test' }),
  ],
  scenarios: [
    script(1, 1, { title: null, content: null, created_at: null, updated_at: null, status: null }),
    script(2, 3),
    script(3, null),
    script(4, 2, {
      title: 'т'.repeat(300),
      content: 'Раз.\u000b\u000bДва.\u0000\u2028Три.',
      description: 'о'.repeat(600),
    }),
    script(5, 7, { content: '\u0001'.repeat(210_000) }),
    script(6, 99),
  ],
  tags: [
    ...Array.from({ length: 63 }, (_, i) => ({ id: i + 1, name: `тег ${i}` })),
    { id: 64, name: null },
    { id: 65, name: 'д'.repeat(80) },
  ],
  scenario_tags: [
    ...Array.from({ length: 64 }, (_, i) => ({ scenario_id: 4, tag_id: i + 1 })),
    { scenario_id: 5, tag_id: 65 },
    { scenario_id: null, tag_id: 1 },
  ],
  comments: [
    comment(5, 4, 1, { content: 'Пятая', parent_id: 4 }),
    comment(1, 4, 1, { content: 'Первая' }),
    comment(2, 4, 2, { content: 'Вторая', parent_id: 1 }),
    comment(3, 4, 1, { content: 'Третья', parent_id: 2 }),
    comment(4, 4, 3, { content: 'Четвёртая' }),
    comment(6, 4, 1, { content: null }),
    comment(7, 4, 1, { content: 'Кольцо 7', parent_id: 8 }),
    comment(8, 4, 1, { content: 'Кольцо 8', parent_id: 7 }),
    comment(9, 4, 1, { content: 'Девятая', parent_id: 999 }),
    comment(10, 2, 1),
    comment(11, 4, 1, { content: 'д'.repeat(6_000) }),
  ],
  scenario_shares: [
    { scenario_id: 4, user_id: 1, permission: 'view' },
    { scenario_id: 4, user_id: 1, permission: 'edit' },
    { scenario_id: 4, user_id: 1, permission: 'comment' },
    { scenario_id: 4, user_id: 7, permission: null },
    { scenario_id: 4, user_id: 2, permission: 'view' },
    { scenario_id: 2, user_id: 2, permission: 'view' },
    { scenario_id: 4, user_id: null, permission: 'view' },
  ],
})

test('a dry run over dirty data tells the same as the run, and each row that does not come or comes otherwise by its old id', async () => {
  const dry = await run('dirty', dirty(), false)
  expect(await system.databases.auth.selectFrom('accounts').select('id').execute()).toEqual([])
  const done = await run('dirty', dirty(), true)
  expect(done).toEqual(dry)
  expect(done.table).toBe(`users      6 new, 0 changed, 0 there, 6 adapted, 5 skipped
scenarios  3 new, 0 changed, 0 there, 8 adapted, 3 skipped
tags       0 new, 0 changed, 0 there, 0 adapted, 1 skipped
comments   8 new, 0 changed, 0 there, 4 adapted, 3 skipped
shares     2 new, 0 changed, 0 there, 2 adapted, 3 skipped`)
  expect(done.lines.toSorted()).toEqual(
    [
      'skipped users in row 10 of users: it has no id',
      'skipped users 2: the number is there twice: the first one counts',
      'skipped users 3: somebody with a lower number has the same address (case does not count)',
      'skipped users 5: has no address to sign in with',
      'skipped users 6: the address is none',
      'adapted users 4: the username was taken: the old id was added to it',
      'adapted users 4: the phone number is none and was left out',
      'adapted users 7: the username is none that can be kept: it was made one',
      'adapted users 8: the hash is not argon2id: a new password must be set by mail',
      'adapted users 8: the username is none that can be kept: it was made one',
      'adapted users 9: the username is none that can be kept: it was made one',
      'adapted scenarios 1: it had no title',
      'adapted scenarios 1: the status is unknown and became draft',
      'skipped scenarios 2: its owner was not taken over',
      'skipped scenarios 3: it has no owner',
      'adapted scenarios 4: the title was cut to 200 characters',
      'adapted scenarios 4: the description was cut to 500 characters',
      'adapted scenarios 4: a tag without a name was left out',
      'adapted scenarios 4: it has 63 tags: the first 50 came',
      'adapted scenarios 5: was cut to 160000 characters',
      'adapted scenarios 5: a tag was cut to 50 characters',
      'skipped scenarios 6: its owner was not taken over',
      'skipped tags in row 66 of scenario_tags: it has no scenario_id',
      'skipped comments 4: its author was not taken over',
      'adapted comments 5: what it answers is not there: it begins a thread',
      'skipped comments 6: it is empty',
      'adapted comments 7: what it answers is not there: it begins a thread',
      'adapted comments 9: what it answers is not there: it begins a thread',
      'skipped comments 10: its scenario was not taken over',
      'adapted comments 11: was cut to 5000 characters',
      'adapted shares 4/1: was given 3 times: the strongest role counts, editor',
      'skipped shares 4/2: it is with the owner',
      'adapted shares 4/7: the permission is unknown and became viewer',
      'skipped shares 2/2: its scenario or person was not taken over',
      'skipped shares in row 7 of scenario_shares: it has no user_id',
    ].toSorted(),
  )
})

test('what came can be saved back by the API as it was read', async () => {
  for (const email of ['anna1@example.test', 'boris1@example.test', 'yana1@example.test', 'nine1@example.test']) {
    const person = await signIn(email)
    const { id, email: _, created_at: __, updated_at: ___, ...fields } = (await person.get('/users/profile')).body
    expect(fields.locale).toBe('ru')
    expect(await person.put(`/users/${id}`, fields)).toMatchObject({ status: 200, body: fields })
    for (const { id: own } of await scriptsOf(person)) {
      const { title, description, status, tags, language, scenes } = (await person.get(`/scenarios/${own}`)).body
      const body = { title, description, status, tags, language, scenes }
      expect(await person.put(`/scenarios/${own}`, body, ifMatch('*'))).toMatchObject({ status: 200, body })
    }
  }
  const boris = await signIn('boris1@example.test')
  const [long] = await scriptsOf(boris)
  expect(long.tags).toHaveLength(50)
  expect((await boris.get(`/scenarios/${long.id}`)).body.content).toBe('Раз.\n\nДва.\nТри.')
})

test('comments without a moment are read in the order of their old ids', async () => {
  const boris = await signIn('boris1@example.test')
  const [long] = await scriptsOf(boris)
  const { items } = (await boris.get(`/scenarios/${long.id}/comments?limit=100`)).body
  const bodies = items.map(({ body }: { body: string }) => body.slice(0, 9))
  expect(bodies).toEqual(['Первая', 'Вторая', 'Третья', 'Пятая', 'Кольцо 7', 'Кольцо 8', 'Девятая', 'д'.repeat(9)])
  const [first, second, third] = items
  expect([second.parent_id, third.parent_id]).toEqual([first.id, first.id])
  expect(
    (await boris.get(`/scenarios/${long.id}/shares`)).body.items.map((s: { role: string }) => s.role).toSorted(),
  ).toEqual(['editor', 'viewer'])
})

test('old ids keep their order within a moment, and stay apart by table and monolith', () => {
  const ids = [1, 2, 10, 4_096, 2 ** 31, 2 ** 40 - 1].map((old) => idOf('m', 'comments', old, 1_000))
  expect(ids.toSorted()).toEqual(ids)
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(new Set(['m', 'n'].flatMap((source) => ['users', 'comments'].map((t) => idOf(source, t, 1, 0)))).size).toBe(4)
})

test('every kind of change in the monolith comes over with the next run, and is told once', async () => {
  const before: Monolith = {
    users: [user(1, 'vera2'), user(2, 'gleb2', { phone_number: '89161112233' })],
    scenarios: [script(1, 1), script(2, 1)],
    tags: [
      { id: 1, name: 'обзор' },
      { id: 2, name: 'дом' },
    ],
    scenario_tags: [{ scenario_id: 1, tag_id: 1 }],
    comments: [comment(1, 1, 2), comment(2, 1, 2)],
    scenario_shares: [
      { scenario_id: 1, user_id: 2, permission: 'view' },
      { scenario_id: 2, user_id: 2, permission: 'edit' },
    ],
  }
  const other = await hash('новый пароль 34', { type: argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 4 })
  const after: Monolith = {
    ...before,
    users: [
      user(1, 'vera2'),
      { ...user(2, 'gleb_new'), email: 'gleb-new@example.test', phone_number: '89164445566', hashed_pwd: other },
    ],
    // Nothing touches the moment of a scenario whose tags change.
    scenario_tags: [
      { scenario_id: 1, tag_id: 1 },
      { scenario_id: 1, tag_id: 2 },
    ],
    comments: [comment(1, 1, 2, { content: 'Исправлено' })],
    scenario_shares: [{ scenario_id: 1, user_id: 2, permission: 'edit' }],
  }
  await run('changes', before, true)
  const vera = await signIn('vera2@example.test')
  const first = (await scriptsOf(vera)).find((one) => one.title === 'Сценарий 1')
  const rows = (await vera.get(`/scenarios/${first.id}`)).body.scenes
  const dry = await run('changes', after, false)
  expect(await run('changes', after, true)).toEqual(dry)
  expect(dry.lines).toEqual([
    'changed users 2: the address, the password, the username, the phone number as it is there now',
    'changed scenarios 1: as it is there now',
    'changed comments 1: as it is there now',
    'changed shares 1/2: viewer became editor',
    'skipped comments 2: is no longer in the monolith: stays as it is here',
    'changed shares 2/2: was taken back there: access ends here too',
  ])
  const reply = await system.api.call('POST', '/auth/login', {
    body: { email: 'gleb-new@example.test', password: 'новый пароль 34' },
  })
  expect(reply.status).toBe(200)
  const token = reply.body.access_token
  expect((await system.api.call('GET', '/users/profile', { token })).body).toMatchObject({
    username: 'gleb_new',
    phone_number: '+79164445566',
  })
  expect((await system.api.call('GET', '/scenarios?shared=true', { token })).body.items).toMatchObject([
    { id: first.id, my_role: 'editor', tags: ['обзор', 'дом'], version: 2 },
  ])
  expect((await vera.get(`/scenarios/${first.id}`)).body.scenes).toEqual(rows)
  const { items } = (await vera.get(`/scenarios/${first.id}/comments`)).body
  expect(items.map(({ body }: { body: string }) => body)).toEqual(['Исправлено', 'Мысль 2'])
  expect((await run('changes', after, true)).lines).toEqual([])
})

test('what was changed here stays, what was deleted here does not come again, and both are told when the monolith changes it', async () => {
  const before: Monolith = {
    users: [user(1, 'dina3'), user(2, 'egor3')],
    scenarios: [script(1, 1), script(2, 1), script(3, 2)],
    comments: [comment(1, 1, 2), comment(2, 1, 2)],
    scenario_shares: [{ scenario_id: 1, user_id: 2, permission: 'comment' }],
  }
  await run('here', before, true)
  const [dina, egor] = [await signIn('dina3@example.test'), await signIn('egor3@example.test')]
  const idOfTitle = new Map((await scriptsOf(dina)).map((one) => [one.title, one.id]))
  const [edited, deleted] = [idOfTitle.get('Сценарий 1'), idOfTitle.get('Сценарий 2')]
  expect((await dina.put(`/scenarios/${edited}`, { title: 'Здесь' }, ifMatch('*'))).status).toBe(200)
  expect((await dina.delete(`/scenarios/${deleted}`, ifMatch('*'))).status).toBe(204)
  const { items } = (await egor.get(`/scenarios/${edited}/comments`)).body
  expect((await egor.delete(`/comments/${items[0].id}`)).status).toBe(204)
  expect((await egor.put(`/comments/${items[1].id}`, { body: 'Здесь' })).status).toBe(200)
  const [share] = (await dina.get(`/scenarios/${edited}/shares`)).body.items
  expect((await dina.delete(`/scenarios/${edited}/shares/${share.id}`)).status).toBe(204)
  expect((await run('here', before, true)).lines).toEqual([
    'skipped comments 1: was deleted here since: does not come again',
  ])

  // As an erasure leaves it.
  await system.databases.users.deleteFrom('profiles').where('id', '=', egor.id).execute()
  await system.databases.auth.deleteFrom('accounts').where('id', '=', egor.id).execute()

  expect((await run('here', before, true)).lines).toEqual([
    'skipped users 2: was erased here since: does not come again',
    'skipped scenarios 3: its owner was not taken over',
    'skipped comments 1: its author was not taken over',
    'skipped comments 2: its author was not taken over',
    'skipped shares 1/2: its scenario or person was not taken over',
  ])
  const after: Monolith = {
    ...before,
    users: [user(1, 'dina3', { hashed_pwd: `${hashed}x` }), user(2, 'egor3')],
    scenarios: [script(1, 1, { content: 'Там.' }), script(2, 1, { content: 'Там.' }), script(3, 2)],
  }
  const told = (await run('here', after, true)).lines
  for (const line of [
    'adapted users 1: the password changed there, and here too: left as it is here',
    'adapted scenarios 1: was edited here since: left as it is',
    'adapted scenarios 2: changed there and was deleted here: left deleted',
  ])
    expect(told).toContain(line)
  expect((await scriptsOf(dina)).map(({ title }) => title)).toEqual(['Здесь'])
  expect(
    (await dina.get(`/scenarios/${edited}/comments`)).body.items.map(({ body }: { body: string }) => body),
  ).toEqual(['Здесь'])
})

test('rows that the database refuses are told of, and those that came in one batch with them come all the same', async () => {
  const db = system.databases.scenarios
  const rows: Monolith = {
    users: [user(1, 'lev4'), user(2, 'maya4')],
    scenarios: [script(1, 1), script(2, 1, { title: 'Отказ' }), script(3, 2)],
    comments: [
      comment(1, 1, 2, { content: 'Отказ' }),
      comment(2, 1, 1, { parent_id: 1 }),
      comment(3, 3, 2),
      comment(4, 2, 1),
    ],
    scenario_shares: [
      { scenario_id: 1, user_id: 2, permission: 'edit' },
      { scenario_id: 3, user_id: 1, permission: 'view' },
    ],
  }
  const refused = { scenarios: `title = 'Отказ'`, comments: `body = 'Отказ'`, shares: `role = 'editor'` }
  const tables = Object.entries(refused)
  for (const [table, what] of tables)
    await sql`alter table ${sql.table(table)} add constraint refusing check (not (${sql.raw(what)})) not valid`.execute(
      db,
    )
  try {
    const { table, lines } = await run('refusing', rows, true)
    expect(table).toBe(`users      2 new, 0 changed, 0 there, 0 adapted, 0 skipped
scenarios  2 new, 0 changed, 0 there, 0 adapted, 1 skipped
comments   2 new, 0 changed, 0 there, 1 adapted, 2 skipped
shares     1 new, 0 changed, 0 there, 0 adapted, 1 skipped`)
    expect(lines).toEqual([
      'skipped scenarios 2: the database refused it (23514, refusing)',
      'skipped comments 1: the database refused it (23514, refusing)',
      'adapted comments 2: what it answers is not there: it begins a thread',
      'skipped comments 4: its scenario was not taken over',
      'skipped shares 1/2: the database refused it (23514, refusing)',
    ])
  } finally {
    for (const [table] of tables) await sql`alter table ${sql.table(table)} drop constraint refusing`.execute(db)
  }
  // What could not come before comes with the next run, and nothing twice.
  const { table } = await run('refusing', rows, true)
  expect(table).toBe(`users      0 new, 0 changed, 2 there, 0 adapted, 0 skipped
scenarios  1 new, 0 changed, 2 there, 0 adapted, 0 skipped
comments   2 new, 0 changed, 2 there, 0 adapted, 0 skipped
shares     1 new, 0 changed, 1 there, 0 adapted, 0 skipped`)
})

test.each([
  ['no people', { users: [] }, 'the monolith has no people'],
  ['a table that is none', { users: [user(1, 'a')], films: [] }, '/films: is no table of the monolith'],
  [
    'a wrong field, of which the value is not quoted',
    { users: [{ ...user(1, 'a'), hashed_pwd: 7 }] },
    '/users/0/hashed_pwd',
  ],
])('%s: the file is refused', async (_, rows, told) => {
  await expect(run('refused', rows as Monolith, true)).rejects.toThrow(told)
})

test('a file that ends too early is refused, whatever came before', async () => {
  const path = join(folder, 'half.json')
  await writeFile(
    path,
    JSON.stringify({ format: 'scenor.monolith', version: 1, users: [user(1, 'half')] }).slice(0, -2),
  )
  await expect(readFileSource(path)).rejects.toThrow('the file is no JSON, or ends too early')
})
