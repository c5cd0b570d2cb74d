import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { SERVICES } from '../../services.ts'
import { ensureSchedule } from '../../workers/schedules.ts'
import { cleanupScheduleId } from '../../workflows/cleanup.contract.ts'
import { PASSWORD, type Person } from '../support/http.ts'
import { firstRunEnds } from '../support/schedules.ts'
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

const MARK = 'Кукушкинбург'
/** A person who has left a trace everywhere. */
async function everywhere(system: System) {
  const unique = randomUUID().slice(0, 8)
  const person = await system.api.register({
    username: `cuckoo-${unique}`,
    full_name: `Пелагея ${MARK}ова`,
    phone_number: '+79161234567',
    locale: 'ru',
  })
  await person.put(`/users/${person.id}`, {
    full_name: `Пелагея ${MARK}ова`,
    phone_number: '+79161234567',
    bio: MARK,
    settings: { city: MARK },
  })
  const accepted = await person.post('/ai/generate', {
    brief: `Ролик о городе ${MARK}: приезжайте летом.`,
    target_duration_s: 30,
  })
  const { result } = await system.api.finished(accepted.body.id, person.token)
  const text = await person.get(`/scenarios/${result.scenario_id}`)
  expect(text.text).toContain(MARK)
  await system.api
    .call('POST', '/auth/login', {
      body: { email: person.email, password: PASSWORD },
      headers: { 'user-agent': `${MARK}-agent` },
    })
    .catch(() => {})
  await until(
    async () =>
      (
        await system.databases.notifications
          .selectFrom('mails')
          .select('id')
          .where('account_id', '=', person.id)
          .execute()
      ).length > 0,
  )
  return { person, username: `cuckoo-${unique}` }
}

describe('without a waiting time', () => {
  let system: System
  let stranger: Person
  beforeAll(async () => {
    system = await startSystem({ env: { ERASURE_DELAY_S: '0' } })
    stranger = await system.api.register()
  })
  afterAll(() => system.stop())

  test('DELETE /users/{id} is for the person: 401, 404, 403', async () => {
    const person = await system.api.register()
    expect(await system.api.call('DELETE', `/users/${person.id}`)).toMatchObject({ status: 401 })
    expect(await stranger.delete(`/users/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'user.not_found' },
    })
    expect(await stranger.delete('/users/nobody')).toMatchObject({ status: 404 })
    expect(await stranger.delete(`/users/${person.id}`)).toMatchObject({ status: 403 })
    expect(await person.get('/auth/me')).toMatchObject({ status: 200 })
  })

  test('nothing of the person is left in any database or history, a receipt is, and the address is free', async () => {
    const { person, username } = await everywhere(system)
    for (const needle of [person.email, username, MARK, '+79161234567'])
      expect(await grep(system, needle)).not.toEqual([])
    expect(await grep(system, MARK)).toContain('scenarios.public.search_words')
    const accepted = await person.delete(`/users/${person.id}`)
    expect(accepted).toMatchObject({ status: 202, body: { kind: 'erasure', status: 'queued' } })
    expect(accepted.headers.get('location')).toBe(`/api/v1/operations/${accepted.body.id}`)
    // Without a token, or with the one that ends on the way: the person has no other any more.
    const done = await system.api.finished(accepted.body.id)
    expect(await system.api.finished(accepted.body.id, person.token)).toEqual(done)
    expect(done).toMatchObject({ status: 'succeeded', progress: 1, cancellable: false, retryable: false })
    expect(done.result.erased).toMatchObject({
      auth: { accounts: 1 },
      users: { profiles: 1 },
      scenarios: { scenarios: 1, search_words: expect.any(Number) },
      ai: { generations: 1 },
    })

    for (const needle of [person.email, username, MARK, '+79161234567', 'Пелагея'])
      expect(await grep(system, needle)).toEqual([])
    const traces = await grep(system, person.id)
    expect(traces.filter((name) => !/\.(outbox|log)$/.test(name))).toEqual([])
    // The server deletes in the background, in its own time (20 to 30 s seen).
    await until(async () => (await executionsOf(system, person.id)).every((id) => id === done.id), 90_000)
    const receipt = await system.databases.auth
      .selectFrom('erasure_receipts')
      .selectAll()
      .where('operation_id', '=', done.id)
      .executeTakeFirstOrThrow()
    expect(receipt.counts).toMatchObject(done.result.erased)
    const events = await system.databases.auth
      .selectFrom('outbox')
      .select(['type', 'data'])
      .where('key', '=', person.id)
      .execute()
    expect(events).toEqual([{ type: 'user_erased', data: { user_id: person.id } }])

    expect(await person.get('/auth/me')).toMatchObject({ status: 401 })
    expect(
      await system.api.call('POST', '/auth/refresh', { body: { refresh_token: person.refresh_token } }),
    ).toMatchObject({ status: 401 })
    expect(
      await system.api.call('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } }),
    ).toMatchObject({ status: 401 })
    expect(await stranger.get(`/users/${person.id}`)).toMatchObject({ status: 404 })
    const again = await system.api.register({ email: person.email, username })
    expect(again.id).not.toBe(person.id)
  }, 120_000)

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
  })
})

describe('with a waiting time', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem({ env: { ADMIN_EMAILS: 'boss@example.test' } })
  })
  afterAll(() => system.stop())

  test('an erasure is one, however often it is asked for; only the person calls it off, and all is as before', async () => {
    const [person, stranger] = [await system.api.register(), await system.api.register()]
    const replies = await Promise.all([1, 2, 3].map(() => person.delete(`/users/${person.id}`)))
    expect(replies.map((r) => r.status)).toEqual([202, 202, 202])
    const { id } = replies[0]?.body
    expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
    await until(async () => (await person.get(`/operations/${id}`)).body.stage === 'waiting')
    expect((await person.get(`/operations/${id}`)).body).toMatchObject({ status: 'running', cancellable: true })
    expect(await person.get('/auth/me')).toMatchObject({ status: 200 })
    expect(await stranger.post(`/operations/${id}/cancel`)).toMatchObject({ status: 404 })
    expect(await system.api.call('POST', `/operations/${id}/cancel`)).toMatchObject({ status: 401 })
    expect(await person.post(`/operations/${id}/cancel`)).toMatchObject({ status: 202 })
    expect(await system.api.finished(id)).toMatchObject({ status: 'cancelled', retryable: true })
    expect(await person.post(`/operations/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'operation.finished' },
    })
    expect(
      await system.api.call('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } }),
    ).toMatchObject({ status: 200 })
    const second = await person.delete(`/users/${person.id}`)
    expect(second.body.id).not.toBe(id)
    // Two at once would end each other's workflow.
    expect(await person.post(`/operations/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'operation.not_retryable' },
    })
    await person.post(`/operations/${second.body.id}/cancel`)
    await system.api.finished(second.body.id)
    expect(await person.post(`/operations/${id}/retry`)).toMatchObject({ status: 202, body: { id, attempt: 2 } })
    expect((await person.delete(`/users/${person.id}`)).body.id).toBe(id)
    const told = await system.databases.auth
      .selectFrom('outbox')
      .select('id')
      .where('key', '=', person.id)
      .where('type', '=', 'user_erasure_scheduled')
      .execute()
    expect(told).toHaveLength(3)
    await person.post(`/operations/${id}/cancel`)
    expect(await system.api.finished(id)).toMatchObject({ status: 'cancelled' })
  })

  describe('POST /users/{id}/export', () => {
    test('is for the person: 401, 404, 403', async () => {
      const [person, stranger] = [await system.api.register(), await system.api.register()]
      expect(await system.api.call('POST', `/users/${person.id}/export`)).toMatchObject({ status: 401 })
      expect(await person.post(`/users/${randomUUID()}/export`)).toMatchObject({ status: 404 })
      expect(await stranger.post(`/users/${person.id}/export`)).toMatchObject({ status: 403 })
    })

    test('gives everything of one person from all services to that person alone, without secrets', async () => {
      const { person, username } = await everywhere(system)
      const stranger = await system.api.register()
      const headers = { 'idempotency-key': randomUUID() }
      const accepted = await person.post(`/users/${person.id}/export`, undefined, { headers })
      expect(accepted).toMatchObject({ status: 202, body: { kind: 'export' } })
      expect((await person.post(`/users/${person.id}/export`, undefined, { headers })).body.id).toBe(accepted.body.id)
      expect(await stranger.get(`/operations/${accepted.body.id}`)).toMatchObject({ status: 404 })
      const done = await system.api.finished(accepted.body.id, person.token)
      expect(done).toMatchObject({ status: 'succeeded' })
      const { download_url, expires_at } = done.result
      expect(new Date(expires_at).getTime()).toBeGreaterThan(Date.now())
      const path = download_url.replace('http://api.test/api/v1', '')
      expect(await system.api.call('GET', path)).toMatchObject({ status: 401 })
      expect(await stranger.get(path)).toMatchObject({ status: 404 })
      const archive = await person.get(path)
      expect(archive).toMatchObject({ status: 200, body: { person_id: person.id } })
      expect(archive.headers.get('content-disposition')).toContain('attachment')
      expect(Object.keys(archive.body.services).toSorted()).toEqual([...SERVICES].toSorted())
      for (const text of [person.email, username, '+79161234567', MARK]) expect(archive.text).toContain(text)
      for (const secret of ['argon2', person.refresh_token, stranger.id]) expect(archive.text).not.toContain(secret)
      const raw = JSON.stringify(await system.temporal.workflow.getHandle(done.id).fetchHistory())
      expect(raw).not.toContain(person.email)
      await sql`update archives set expires_at = clock_timestamp()`.execute(system.databases.auth)
      expect(await person.get(path)).toMatchObject({ status: 404, body: { code: 'export.not_found' } })
    })
  })

  test('a registration that nobody finished is given up after a day by the schedule, and the address registers again', async () => {
    await ensureSchedule('auth', system.temporal, system.config.TASK_QUEUE_SUFFIX)
    await ensureSchedule('auth', system.temporal, system.config.TASK_QUEUE_SUFFIX)
    const register = (email: string) =>
      system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })
    const schedule = system.temporal.schedule.getHandle(cleanupScheduleId(system.config.TASK_QUEUE_SUFFIX))
    try {
      await system.stopWorkers('users')
      const email = `late-${randomUUID()}@example.test`
      const pending = await system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })
      expect(pending.status).toBe(202)
      expect(await system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })).toMatchObject({
        body: { code: 'auth.email_taken' },
      })
      // Its execution is lost, as after a restored backup of the Temporal server.
      await system.temporal.workflow.getHandle(pending.body.id).terminate()
      const { id } = await system.databases.auth
        .selectFrom('accounts')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirstOrThrow()
      await schedule.trigger()
      await system.startWorkers('users')
      await firstRunEnds(schedule, system)
      expect((await register(email)).body.code).toBe('auth.email_taken')
      await sql`update accounts set created_at = created_at - interval '25 hours' where id = ${id}`.execute(
        system.databases.auth,
      )
      await schedule.trigger()
      expect(await system.api.finished(pending.body.id)).toMatchObject({ status: 'failed' })
      expect(await register(email)).toMatchObject({ status: 201 })
    } finally {
      await schedule.delete()
    }
  })
})
