import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { argon2id, hash } from 'argon2'
import pg from 'pg'
import { importMonolith } from '../../cli/import/run.ts'
import { readDatabaseSource } from '../../cli/import/source.ts'
import { ifMatch } from '../support/scenarios.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'

const PASSWORD = 'старый пароль 12'
const name = `monolith_${randomBytes(4).toString('hex')}`
let system: System
let old: pg.Client
let url: string
beforeAll(async () => {
  system = await startSystem({ relays: false })
  const maintenance = new pg.Client({ connectionString: testServers().postgres })
  await maintenance.connect()
  await maintenance.query(`create database ${name}`)
  await maintenance.end()
  url = new URL(`/${name}`, testServers().postgres).href
  old = new pg.Client({ connectionString: url })
  await old.connect()
  await old.query(readFileSync(new URL('./monolith.sql', import.meta.url), 'utf8'))
  // As the monolith's argon2-cffi made them: its defaults, no pepper.
  const hashed = await hash(PASSWORD, { type: argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 4 })
  await old.query(
    `insert into users (username, email, phone_number, hashed_pwd) values
     ('anna', 'Anna@Example.test', '89161234567', $1), ('boris', 'boris@example.test', 'nonsense', $1), ('Anna', 'anna2@example.test', null, $1), ('taken', 'taken@example.test', null, $1)`,
    [hashed],
  )
  await old.query(`insert into scenarios (title, content, description, status, user_id, created_at, updated_at) values
    ('Чайник', E'Раз.\\n\\nДва.', 'Старый', 'in_progress', 1, '2025-05-01 10:00:00', '2025-06-01 12:30:00.5'),
    ('  ', '', null, 'weird', 2, '2025-05-02 10:00:00', '2025-05-02 10:00:00'),
    ('Чужой', 'x', null, 'draft', 4, '2025-05-02 10:00:00', '2025-05-02 10:00:00')`)
  await old.query(`insert into tags (name, user_id) values ('Обзор', 1), ('обзор', 2)`)
  await old.query(`insert into scenario_tags values (1, 1), (1, 2)`)
  await old.query(
    `insert into comments (content, scenario_id, user_id, parent_id) values ('Вопрос', 1, 2, null), ('Ответ', 1, 1, 1), ('Глубже', 1, 2, 2), ('Ничей', 3, 1, null), ('  ', 1, 1, null)`,
  )
  await old.query(
    `insert into scenario_shares (scenario_id, user_id, permission) values (1, 2, 'edit'), (1, 1, 'view'), (2, 1, 'admin')`,
  )
  await system.api.register({ email: 'taken@example.test' })
})
afterAll(async () => {
  await old.end()
  await system.stop()
})

const run = async (write: boolean) => {
  using staging = await readDatabaseSource(url)
  return await importMonolith(staging, { databases: system.databases, source: 'test', write })
}
const rows = async () => {
  const count = async (table: 'scenarios' | 'scenario_versions' | 'comments' | 'shares') =>
    Number(
      (
        await system.databases.scenarios
          .selectFrom(table)
          .select((e) => e.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  const accounts = Number(
    (
      await system.databases.auth
        .selectFrom('accounts')
        .select((e) => e.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )
  return {
    accounts,
    scenarios: await count('scenarios'),
    versions: await count('scenario_versions'),
    comments: await count('comments'),
    shares: await count('shares'),
  }
}
const signIn = async (email: string) => {
  const reply = await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
  expect(reply.status).toBe(200)
  const me = await system.api.call('GET', '/auth/me', { token: reply.body.access_token })
  return system.api.as({
    id: me.body.id,
    email,
    password: PASSWORD,
    token: reply.body.access_token,
    refresh_token: reply.body.refresh_token,
  })
}

test('a dry run writes nothing and tells the same as the run after it', async () => {
  const before = await rows()
  const told = (await run(false)).print()
  expect(await rows()).toEqual(before)
  expect((await run(true)).print()).toBe(told)
  expect(told).toContain('users      3 new, 0 changed, 0 there, 2 adapted, 1 skipped')
  expect(told).not.toMatch(/@|example/)
  expect(await rows()).toEqual({ accounts: before.accounts + 3, scenarios: 2, versions: 2, comments: 3, shares: 2 })
})

test('people sign in with their old passwords, which are then hashed anew', async () => {
  const anna = await signIn('anna@example.test')
  expect((await anna.get('/users/profile')).body).toMatchObject({ username: 'anna', phone_number: '+79161234567' })
  const row = await system.databases.auth
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', anna.id)
    .executeTakeFirstOrThrow()
  expect([row.pepper_id === 'none', row.password_hash.includes('m=19456')]).toEqual([false, true])
  await signIn('anna@example.test')
  expect(
    (await system.api.call('POST', '/auth/login', { body: { email: 'boris@example.test', password: 'другой пароль' } }))
      .status,
  ).toBe(401)
  expect((await (await signIn('anna2@example.test')).get('/users/profile')).body.username).toBe('Anna-3')
})

test('scenarios, tags, threads and shares are what they were', async () => {
  const [anna, boris] = [await signIn('anna@example.test'), await signIn('boris@example.test')]
  const [script] = (await anna.get('/scenarios')).body.items
  expect(script).toMatchObject({
    title: 'Чайник',
    description: 'Старый',
    status: 'in_progress',
    tags: ['Обзор'],
    created_at: '2025-05-01T10:00:00.000Z',
    updated_at: '2025-06-01T12:30:00.500Z',
    version: 1,
  })
  expect((await anna.get(`/scenarios/${script.id}`)).body.content).toBe('Раз.\n\nДва.')
  expect((await boris.get('/scenarios')).body.items).toMatchObject([{ title: 'Untitled', status: 'draft' }])
  expect((await boris.get('/scenarios?shared=true')).body.items).toMatchObject([{ id: script.id, my_role: 'editor' }])
  expect((await anna.get('/scenarios?shared=true')).body.items).toMatchObject([{ my_role: 'viewer' }])
  const comments = (await anna.get(`/scenarios/${script.id}/comments`)).body.items
  expect(comments.map((c: { body: string }) => c.body).sort()).toEqual(['Вопрос', 'Глубже', 'Ответ'])
  const root = comments.find((c: { body: string }) => c.body === 'Вопрос')
  for (const reply of comments.filter((c: { id: string }) => c.id !== root.id)) expect(reply.parent_id).toBe(root.id)
})

test('a second run adds only what is new there, and never overwrites what was edited here', async () => {
  const before = await rows()
  await run(true)
  expect(await rows()).toEqual(before)
  await old.query(`update scenarios set content = 'Новее.', updated_at = '2025-07-01' where id = 1`)
  await run(true)
  const anna = await signIn('anna@example.test')
  const [script] = (await anna.get('/scenarios')).body.items
  expect(script.version).toBe(2)
  await anna.put(`/scenarios/${script.id}`, { title: 'Здесь', content: 'Здешнее.' }, ifMatch('*'))
  await old.query(
    `update scenarios set content = 'Ещё новее.', updated_at = now() at time zone 'utc' + interval '1 day' where id = 1`,
  )
  await run(true)
  expect((await anna.get(`/scenarios/${script.id}`)).body).toMatchObject({ title: 'Здесь', version: 3 })
})

test('a run that died half-way is finished by the next', async () => {
  const anna = await signIn('anna@example.test')
  const [script] = (await anna.get('/scenarios')).body.items
  const { scenarios: db, users } = system.databases
  const boris = (await signIn('boris@example.test')).id
  // What was not written is not remembered either: both are one transaction.
  await db.deleteFrom('comments').where('parent_id', 'is not', null).execute()
  await db.deleteFrom('imported_rows').where('kind', '=', 'comments').where('old_id', '!=', '1').execute()
  await db.deleteFrom('shares').execute()
  await db.deleteFrom('imported_rows').where('kind', '=', 'shares').execute()
  await users.deleteFrom('profiles').where('id', '=', boris).execute()
  await run(true)
  expect((await anna.get(`/scenarios/${script.id}/comments`)).body.items).toHaveLength(3)
  expect((await (await signIn('boris@example.test')).get('/users/profile')).body.username).toBe('boris')
})

test('a script with more paragraphs than rows may be comes over whole and can be edited; a longer one than can be edited is cut and told of', async () => {
  const paragraphs = Array.from({ length: 4_100 }, (_, i) => `Абзац ${i}.`).join('\n\n')
  await old.query(
    `insert into scenarios (title, content, description, status, user_id, created_at, updated_at) values
      ('Длинный', $1, null, 'draft', 3, '2025-05-01', '2025-05-01'), ('Чрезмерный', $2, null, 'draft', 3, '2025-05-02', '2025-05-02')`,
    [paragraphs, 'слово '.repeat(40_000)],
  )
  expect((await run(true)).print()).toContain('was cut to 200000 characters')
  const anna = await signIn('anna2@example.test')
  for (const { id, title } of (await anna.get('/scenarios')).body.items as { id: string; title: string }[]) {
    const { status, body } = await anna.get(`/scenarios/${id}`)
    expect([status, body.scenes.length]).toEqual([200, 1])
    if (title === 'Длинный') expect(body.content).toBe(paragraphs)
    const { scenes } = body
    expect(await anna.put(`/scenarios/${id}`, { title, scenes }, ifMatch('*'))).toMatchObject({
      status: 200,
      body: { scenes },
    })
  }
})
