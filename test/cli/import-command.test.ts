import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { argon2id, hash } from 'argon2'
import { sql } from 'kysely'
import pg from 'pg'
import { startCommand } from '../support/command.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PASSWORD = 'старый пароль 12'
const database = `monolith_${randomBytes(4).toString('hex')}`
const PEOPLE = 3

let system: System
let folder: string
let hashed: string
beforeAll(async () => {
  system = await startSystem({ relays: false, workers: [] })
  folder = await mkdtemp(join(tmpdir(), 'scenor-import-'))
  hashed = await hash(PASSWORD, { type: argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 4 })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await system.stop()
})

/** What `npm run import -- …` runs. */
const start = (...args: string[]) => startCommand('cli/import.ts', args, { ...system.databases.env, DATA_DIR: folder })
const run = (...args: string[]) => start(...args).ended

/** Runs it while the table takes no rows, and kills it when it waits there. */
async function killedAt(service: 'users' | 'scenarios', table: string, args: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: system.databases.urls[service] })
  await client.connect()
  try {
    await client.query(`set idle_in_transaction_session_timeout = 0; begin; lock table ${table} in exclusive mode`)
    const { child, ended } = start(...args)
    let over = false
    void ended.then(() => (over = true))
    // On another connection: within its transaction this one would see what it saw first.
    const waits = async () =>
      (
        await sql`select from pg_stat_activity
          where datname = current_database() and application_name = 'scenor-import' and wait_event_type = 'Lock'`.execute(
          system.databases[service] as System['databases']['users'],
        )
      ).rows.length === 1
    while (!(await waits())) {
      if (over) throw new Error(`the import did not come to ${table}: ${(await ended).err}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining('another import is running') })
    child.kill('SIGKILL')
    expect((await ended).code).toBeNull()
  } finally {
    await client.end()
  }
}

const signIn = (email: string) => system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
const accounts = (like: string) =>
  system.databases.auth.selectFrom('accounts').selectAll().where('email', 'like', like).orderBy('email').execute()

test('is what `npm run import` runs', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(scripts['import']).toBe('node cli/import.ts')
})

test('says how it is used, what is wrong with a file, and that a server is away; values are not quoted', async () => {
  expect((await run()).out).toContain('npm run import -- <file.json>')
  const file = join(folder, 'wrong.json')
  const user = { id: 1, username: 'u', email: 'secret@example.test', hashed_pwd: 7 }
  await writeFile(file, JSON.stringify({ format: 'scenor.monolith', version: 1, users: [user] }))
  const wrong = await run(file, '--write')
  expect(wrong).toMatchObject({ code: 1, out: '' })
  expect(wrong.err).toContain('/users/0/hashed_pwd')
  expect(wrong.err).not.toContain('secret')
  expect(await run('--from', 'postgres://u:secret@127.0.0.1:1/db')).toMatchObject({
    code: 1,
    err: expect.not.stringContaining('secret'),
  })
})

test('a database that is no monolith, or one without people, is refused', async () => {
  expect(await run('--from', system.databases.urls.users)).toMatchObject({
    code: 1,
    out: '',
    err: 'import: this database is no monolith: it has no table users\n',
  })
  const file = join(folder, 'empty.json')
  await writeFile(file, JSON.stringify({ format: 'scenor.monolith', version: 1, users: [] }))
  expect(await run(file)).toMatchObject({ code: 1, err: expect.stringContaining('the monolith has no people') })
})

test('a terminal is told the first twenty rows, a file all of them', async () => {
  const [file, report] = [join(folder, 'many.json'), join(folder, 'many', 'report.txt')]
  const users = Array.from({ length: 30 }, (_, i) => ({
    id: i + 1,
    username: `n${i}`,
    email: null,
    hashed_pwd: hashed,
  }))
  await writeFile(file, JSON.stringify({ format: 'scenor.monolith', version: 1, users }))
  const { code, out } = await run(file, '--report', report)
  expect(code).toBe(0)
  expect(out).toContain('… and 10 more')
  expect(out).toContain(`The whole report: ${report}`)
  const whole = await readFile(report, 'utf8')
  for (const { id } of users) expect(whole).toContain(`skipped users ${id}: has no address to sign in with\n`)
  expect(whole).toContain('users      0 new, 0 changed, 0 there, 0 adapted, 30 skipped')
})

describe.each(['a file', 'a database'] as const)('from %s', (kind) => {
  const mark = kind === 'a file' ? 'file' : 'db'
  const email = (n: number) => `${mark}${n}@example.test`
  let from: string[]
  beforeAll(async () => {
    const ids = Array.from({ length: PEOPLE }, (_, i) => i + 1)
    const moment = '2025-05-01 10:00:00'
    const rows = {
      users: ids.map((id) => ({
        id,
        username: `${mark}${id}`,
        email: email(id),
        phone_number: null,
        hashed_pwd: hashed,
      })),
      scenarios: ids.map((id) => ({
        id,
        title: `Чайник ${id}`,
        content: 'Раз.\n\nДва.',
        description: null,
        status: 'draft',
        user_id: id,
        created_at: moment,
        updated_at: moment,
      })),
      tags: [{ id: 1, name: 'обзор' }],
      scenario_tags: [{ scenario_id: 1, tag_id: 1 }],
      comments: ids.map((id) => ({ id, content: `Мысль ${id}`, scenario_id: 1, user_id: id, parent_id: null })),
      scenario_shares: [{ scenario_id: 1, user_id: 2, permission: 'comment' }],
    }
    if (kind === 'a file') {
      const file = join(folder, 'monolith.json')
      await writeFile(file, JSON.stringify({ format: 'scenor.monolith', version: 1, ...rows }))
      from = [file, '--source', mark]
      return
    }
    const maintenance = new pg.Client({ connectionString: testServers().postgres })
    await maintenance.connect()
    await maintenance.query(`create database ${database}`)
    await maintenance.end()
    const url = new URL(`/${database}`, testServers().postgres).href
    const old = new pg.Client({ connectionString: url })
    await old.connect()
    await old.query(readFileSync(new URL('./monolith.sql', import.meta.url), 'utf8'))
    for (const [table, all] of Object.entries(rows))
      for (const row of all as Record<string, unknown>[]) {
        const names = Object.keys(row)
        const places = names.map((_, i) => `$${i + 1}`)
        await old.query(`insert into ${table} (${names.join()}) values (${places.join()})`, Object.values(row))
      }
    await old.end()
    from = ['--from', url, '--source', mark]
  })
  afterAll(async () => {
    if (kind === 'a file') return
    const maintenance = new pg.Client({ connectionString: testServers().postgres })
    await maintenance.connect()
    await maintenance.query(`drop database ${database} with (force)`)
    await maintenance.end()
  })

  test('a dry run tells and writes nothing; killed twice and started again it is whole; then nothing is new', async () => {
    const dry = await run(...from)
    expect(dry).toMatchObject({ code: 0, err: '' })
    expect(dry.out).toContain(`users      ${PEOPLE} new, 0 changed, 0 there`)
    expect(dry.out).toContain('Nothing was written: add --write.')
    expect(await accounts(`${mark}%`)).toEqual([])

    // An account without a profile: nobody can sign in with it.
    await killedAt('users', 'profiles', [...from, '--write'])
    expect((await accounts(`${mark}%`)).map((a) => a.status)).toEqual(['pending'])
    expect((await signIn(email(1))).status).toBe(401)

    await killedAt('scenarios', 'comments', [...from, '--write'])
    expect((await accounts(`${mark}%`)).map((a) => a.status)).toEqual(Array(PEOPLE).fill('active'))

    const last = await run(...from, '--write')
    expect(last).toMatchObject({ code: 0, err: '' })
    const done = last.out.slice(last.out.indexOf('Done:'))
    expect(done).toContain(`users      0 new, 0 changed, ${PEOPLE} there`)
    expect(done).toContain(`scenarios  0 new, 0 changed, ${PEOPLE} there`)
    // The statement that waited when its process was killed may have come through after all.
    const [, fresh, there] = /comments +(\d+) new, 0 changed, (\d+) there/.exec(done)!
    expect([Number(fresh) + Number(there), Number(fresh) >= PEOPLE - 1]).toEqual([PEOPLE, true])
    expect(done).toContain('shares     1 new, 0 changed, 0 there')

    const again = await run(...from, '--write')
    expect(again).toMatchObject({ code: 0, err: '' })
    expect(again.out).not.toMatch(/[1-9]\d* (new|changed|adapted|skipped)/)
  })

  test('people find their scripts by their old passwords, which are hashed anew', async () => {
    const before = (await accounts(email(1)))[0]!
    const reply = await signIn(email(1))
    expect(reply.status).toBe(200)
    const token = reply.body.access_token as string
    const { items } = (await system.api.call('GET', '/scenarios', { token })).body
    expect(items).toMatchObject([{ title: 'Чайник 1', tags: ['обзор'], version: 1 }])
    const comments = await system.api.call('GET', `/scenarios/${items[0].id}/comments`, { token })
    expect(comments.body.items).toHaveLength(PEOPLE)
    const after = (await accounts(email(1)))[0]!
    expect(after.password_hash).not.toBe(before.password_hash)
    expect([before.pepper_id, after.pepper_id === 'none']).toEqual(['none', false])
    expect((await signIn(email(1))).status).toBe(200)
  })
})
