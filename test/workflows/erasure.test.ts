import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { SERVICES } from '../../services.ts'
import { everywhere, MARK } from '../support/everywhere.ts'
import { PASSWORD, type Person, type Reply } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

/** Every row of every table of every database in which the text stands. */
async function grep(system: System, needle: string): Promise<string[]> {
  const found: string[] = []
  for (const service of SERVICES) {
    const db = system.databases[service] as System['databases']['auth']
    const { rows: tables } = await sql<{ name: string; schema: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`.execute(db)
    for (const { schema, name } of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(`${schema}.${name}`)} t where position(lower(${needle}) in lower(t::text)) > 0`.execute(
        db,
      )
      if (rows[0]?.n) found.push(`${service}.${schema}.${name}`)
    }
  }
  return found
}

const executionsOf = async (system: System, id: string): Promise<string[]> => {
  const ids: string[] = []

  for await (const { workflowId } of system.temporal.workflow.list({ query: `ScenorOwner = '${id}'` }))
    ids.push(workflowId)
  return ids
}

let system: System
let stranger: Person
/** Of whom, and by which operation. */
const erasures = new Map<string, string>()
const post = (path: string, body: unknown) => system.api.call('POST', path, { body })
beforeAll(async () => {
  system = await startSystem({ env: { ERASURE_DELAY_S: '0' } })
  stranger = await system.api.register()
})
afterAll(() => system.stop())

describe('an erasure', () => {
  let person: Person
  let username: string
  let accepted: Reply
  let done: Reply['body']
  /** Where the person stood before. */
  let before: string[][]
  beforeAll(async () => {
    ;({ person, username } = await everywhere(system))
    before = []
    for (const needle of [person.email, username, MARK, '+79161234567']) before.push(await grep(system, needle))
    accepted = await person.delete(`/users/${person.id}`)
    // Without a token: the person has none any more.
    done = await system.api.finished(accepted.body.id)
    erasures.set(person.id, done.id)
  })

  test('is of a person who stood everywhere', () => {
    for (const places of before) expect(places).not.toEqual([])
    expect(before[2]).toContain('scenarios.public.search_words')
  })

  test('is accepted as an operation', () => {
    expect(accepted).toMatchObject({ status: 202, body: { kind: 'erasure', status: 'queued' } })
    expect(accepted.headers.get('location')).toBe(`/api/v1/operations/${accepted.body.id}`)
  })

  test('says what it erased, to one without a token and to the token that ended on the way', async () => {
    expect(await system.api.finished(accepted.body.id, person.token)).toEqual(done)
    expect(done).toMatchObject({ status: 'succeeded', progress: 1, cancellable: false, retryable: false })
    expect(done.result.erased).toMatchObject({
      auth: { accounts: 1 },
      users: { profiles: 1 },
      scenarios: { scenarios: 1, search_words: expect.any(Number) },
      ai: { generations: 1 },
    })
  })

  test('leaves nothing of the person in any database', async () => {
    for (const needle of [person.email, username, MARK, '+79161234567', 'Пелагея'])
      expect(await grep(system, needle)).toEqual([])
  })

  test('leaves the id in events alone', async () => {
    const traces = await grep(system, person.id)
    expect(traces.filter((name) => !/\.(outbox|log)$/.test(name))).toEqual([])
  })

  test('leaves a receipt', async () => {
    const receipt = await system.databases.auth
      .selectFrom('erasure_receipts')
      .selectAll()
      .where('operation_id', '=', done.id)
      .executeTakeFirstOrThrow()
    expect(receipt.counts).toMatchObject(done.result.erased)
  })

  test('is told to the other services, and nothing of what was told before stays', async () => {
    const events = await system.databases.auth
      .selectFrom('outbox')
      .select(['type', 'data'])
      .where('key', '=', person.id)
      .execute()
    expect(events).toEqual([{ type: 'user_erased', data: { user_id: person.id } }])
  })

  test.each<[string, () => Promise<Reply>, number]>([
    ['an access token', () => person.get('/auth/me'), 401],
    ['a refresh token', () => post('/auth/refresh', { refresh_token: person.refresh_token }), 401],
    ['address and password', () => post('/auth/login', { email: person.email, password: PASSWORD }), 401],
    ['the id, asked for by another,', () => stranger.get(`/users/${person.id}`), 404],
  ])('leaves nobody for %s', async (_, ask, status) => {
    expect((await ask()).status).toBe(status)
  })

  test('leaves address and username free', async () => {
    const again = await system.api.register({ email: person.email, username })
    expect(again.id).not.toBe(person.id)
  })
})

test('goes on where it was when a service was away, and nobody can sign in or call it off meanwhile', async () => {
  const person = await system.api.register()
  await system.stopWorkers('scenarios')
  const { body } = await person.delete(`/users/${person.id}`)
  await until(async () => (await system.api.call('GET', `/operations/${body.id}`)).body.stage === 'erasing')
  expect(
    await system.api.call('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } }),
  ).toMatchObject({ status: 401 })
  await until(async () => (await person.get('/auth/me')).status === 401)
  await system.stopWorkers('auth')
  await system.startWorkers('scenarios', 'auth')
  expect(await system.api.finished(body.id)).toMatchObject({ status: 'succeeded' })
  expect(await grep(system, person.email)).toEqual([])
  erasures.set(person.id, body.id)
})

// The server deletes in the background, in its own time (20 to 30 s seen): looked for at last.
test('of those erased no execution is left but the erasure itself', async () => {
  expect(erasures.size).toBe(2)
  for (const [id, erasure] of erasures)
    await until(async () => (await executionsOf(system, id)).every((execution) => execution === erasure))
})
