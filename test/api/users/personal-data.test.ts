import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { SERVICES } from '../../../services.ts'
import { everywhere, MARK } from '../../support/everywhere.ts'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { verify } from '../../support/verified.ts'

let system: System
let person: Person, stranger: Person, admin: Person
beforeAll(async () => {
  system = await startSystem({ env: { ADMIN_EMAILS: 'boss@example.test' } })
  ;[person, stranger, admin] = await Promise.all([
    system.api.register(),
    system.api.register(),
    system.api.register({ email: 'boss@example.test' }),
  ])
  await verify(system, admin)
})
afterAll(() => system.stop())

type Way = [method: 'POST' | 'DELETE', path: string]
const WAYS: Way[] = [
  ['POST', '/export'],
  ['DELETE', ''],
]

describe.each(WAYS)('%s /users/{id}%s', (method, path) => {
  const ask = (id: string, token?: string) => system.api.call(method, `/users/${id}${path}`, { token })

  test('needs a token', async () => {
    expect((await ask(person.id)).status).toBe(401)
  })

  test.each([randomUUID(), 'nobody'])('knows nobody of the id %s', async (id) => {
    expect(await ask(id, person.token)).toMatchObject({ status: 404, body: { code: 'user.not_found' } })
  })

  test('is not for others', async () => {
    expect(await ask(person.id, stranger.token)).toMatchObject({ status: 403, body: { code: 'access.denied' } })
    expect(await person.get('/auth/me')).toMatchObject({ status: 200 })
  })

  test('may be asked for by an admin, on behalf of somebody', async () => {
    const somebody = await system.api.register()
    expect((await ask(somebody.id, admin.token)).status).toBe(202)
  })
})

describe('the archive', () => {
  const headers = { 'idempotency-key': randomUUID() }
  let subject: Person
  let username: string
  let accepted: Reply
  let done: Reply['body']
  let path: string
  beforeAll(async () => {
    ;({ person: subject, username } = await everywhere(system))
    accepted = await subject.post(`/users/${subject.id}/export`, undefined, { headers })
    done = await system.api.finished(accepted.body.id, subject.token)
    path = done.result.download_url.replace('http://api.test/api/v1', '')
  })

  test('is accepted as an operation', () => expect(accepted).toMatchObject({ status: 202, body: { kind: 'export' } }))

  test('is made once for one Idempotency-Key', async () => {
    const again = await subject.post(`/users/${subject.id}/export`, undefined, { headers })
    expect(again.body.id).toBe(accepted.body.id)
  })

  test('is made where others do not see it', async () => {
    expect(await stranger.get(`/operations/${accepted.body.id}`)).toMatchObject({ status: 404 })
  })

  test('is ready until a time that is said', () => {
    expect(done).toMatchObject({ status: 'succeeded' })
    expect(new Date(done.result.expires_at).getTime()).toBeGreaterThan(Date.now())
  })

  test('needs a token to be fetched', async () => {
    expect(await system.api.call('GET', path)).toMatchObject({ status: 401 })
  })

  test('is there for nobody else, admins neither', async () => {
    for (const other of [stranger, admin]) expect(await other.get(path)).toMatchObject({ status: 404 })
  })

  describe('as its person fetches it', () => {
    let archive: Reply
    beforeAll(async () => {
      archive = await subject.get(path)
    })

    test('is a file', () => {
      expect(archive).toMatchObject({ status: 200, body: { person_id: subject.id } })
      expect(archive.headers.get('content-disposition')).toContain('attachment')
    })

    test('has what each service holds of the person', () => {
      expect(Object.keys(archive.body.services).toSorted()).toEqual([...SERVICES].toSorted())
      for (const text of [subject.email, username, '+79161234567', MARK]) expect(archive.text).toContain(text)
    })

    test('has no secrets, and nothing of others', () => {
      for (const secret of ['argon2', subject.refresh_token, stranger.id]) expect(archive.text).not.toContain(secret)
    })
  })

  test('leaves nothing of the person in its history', async () => {
    const raw = JSON.stringify(await system.temporal.workflow.getHandle(done.id).fetchHistory())
    expect(raw).not.toContain(subject.email)
  })

  test('is gone after its time', async () => {
    await sql`update archives set expires_at = clock_timestamp()`.execute(system.databases.auth)
    expect(await subject.get(path)).toMatchObject({ status: 404, body: { code: 'export.not_found' } })
  })
})

describe('an erasure that waits', () => {
  let leaver: Person
  let replies: Reply[]
  let id: string
  const cancel = (operation: string) => leaver.post(`/operations/${operation}/cancel`)
  beforeAll(async () => {
    leaver = await system.api.register()
    replies = await Promise.all([1, 2, 3].map(() => leaver.delete(`/users/${leaver.id}`)))
    id = replies[0]?.body.id
    await until(async () => (await leaver.get(`/operations/${id}`)).body.stage === 'waiting')
  })

  test('is one, however often it is asked for', () => {
    expect(replies.map((r) => r.status)).toEqual([202, 202, 202])
    expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
  })

  test('can be called off, and all is as before until then', async () => {
    expect((await leaver.get(`/operations/${id}`)).body).toMatchObject({ status: 'running', cancellable: true })
    expect(await leaver.get('/auth/me')).toMatchObject({ status: 200 })
  })

  test('is not called off by strangers', async () => {
    expect(await stranger.post(`/operations/${id}/cancel`)).toMatchObject({ status: 404 })
  })

  test('is not called off without a token', async () => {
    expect(await system.api.call('POST', `/operations/${id}/cancel`)).toMatchObject({ status: 401 })
  })

  describe('once it was called off', () => {
    let second: string
    beforeAll(async () => {
      expect(await cancel(id)).toMatchObject({ status: 202 })
      await system.api.finished(id)
    })

    test('can be tried again', async () => {
      expect(await system.api.finished(id)).toMatchObject({ status: 'cancelled', retryable: true })
    })

    test('cannot be called off again', async () => {
      expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'operation.finished' } })
    })

    test('leaves the account as it was', async () => {
      const { email, password } = leaver
      expect(await system.api.call('POST', '/auth/login', { body: { email, password } })).toMatchObject({ status: 200 })
    })

    test('is followed by another one when it is asked for again', async () => {
      second = (await leaver.delete(`/users/${leaver.id}`)).body.id
      expect(second).not.toBe(id)
    })

    test('is not tried again beside that one: two at once would end each other’s workflow', async () => {
      expect(await leaver.post(`/operations/${id}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'operation.not_retryable' },
      })
    })

    test('is tried again once that one is called off too, under its id', async () => {
      await cancel(second)
      await system.api.finished(second)
      expect(await leaver.post(`/operations/${id}/retry`)).toMatchObject({ status: 202, body: { id, attempt: 2 } })
    })

    test('is then the one that waits', async () => {
      expect((await leaver.delete(`/users/${leaver.id}`)).body.id).toBe(id)
      await cancel(id)
      expect(await system.api.finished(id)).toMatchObject({ status: 'cancelled' })
    })

    test('was told each time that one began', async () => {
      const told = await system.databases.auth
        .selectFrom('outbox')
        .select('id')
        .where('key', '=', leaver.id)
        .where('type', '=', 'user_erasure_scheduled')
        .execute()
      expect(told).toHaveLength(3)
    })
  })
})
