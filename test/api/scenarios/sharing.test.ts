import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { outboxBacklog } from '../../../db/outbox/outbox.ts'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { verify } from '../../support/verified.ts'

// What becomes of an address, an id or a link that a scenario is shared with.
let system: System
let owner: Person
beforeAll(async () => {
  system = await startSystem()
  owner = await register()
})
afterAll(() => system.stop())

/** Somebody new whose address is proven, unless said otherwise. */
async function register(verified = true): Promise<Person> {
  const person = await system.api.register()
  if (verified) await verify(system, person)
  return person
}
const scenario = async (of = owner) => (await of.post('/scenarios', { title: 'Общий', content: 'Раз.\n\nДва.' })).body
const share = (id: string, body: unknown, by = owner, headers = {}) =>
  by.post(`/scenarios/${id}/share`, body, { headers })
const roleOf = async (person: Person, id: string) => {
  const reply = await person.get(`/scenarios/${id}`)
  return reply.status === 200 ? reply.body.my_role : reply.status
}
const told = async (person: Person, topic: string): Promise<number> =>
  (await person.get('/notifications?limit=100')).body.items.filter((n: { topic: string }) => n.topic === topic).length

test('an address of a verified account is access at once, and its person is told', async () => {
  const { id } = await scenario()
  const friend = await register()
  const reply = await share(id, { email: ` ${friend.email.toUpperCase()} `, role: 'commenter', message: 'Глянь' })
  expect(reply).toMatchObject({
    status: 201,
    body: {
      scenario_id: id,
      grantee: { user_id: friend.id, email: friend.email },
      role: 'commenter',
      status: 'active',
    },
  })
  expect(await roleOf(friend, id)).toBe('commenter')
  await until(async () => (await told(friend, 'share')) === 1)
  const shared = await friend.get('/scenarios?shared=true')
  expect(shared.body.items.map((s: { id: string }) => s.id)).toEqual([id])
})

test('an address without account, or not verified, is invited and gets access on verifying it', async () => {
  const { id } = await scenario()
  const email = `later-${randomUUID()}@example.test`
  const invited = await share(id, { email, role: 'editor' })
  expect(invited).toMatchObject({ status: 201, body: { grantee: { user_id: null, email }, status: 'invited' } })
  const person = await system.api.register({ email })
  expect(await roleOf(person, id)).toBe(404)
  const second = await scenario()
  expect((await share(second.id, { email, role: 'viewer' })).body.status).toBe('invited')
  await verify(system, person)
  await until(async () => (await roleOf(person, id)) === 'editor')
  await until(async () => (await roleOf(person, second.id)) === 'viewer')
  const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
  expect(items).toMatchObject([{ id: invited.body.id, status: 'active', grantee: { user_id: person.id, email } }])
  await until(async () => (await told(person, 'share')) === 2)
})

test('by user id it is active at once, and the address is not given away', async () => {
  const { id } = await scenario()
  const friend = await register(false)
  const reply = await share(id, { user_id: friend.id, role: 'viewer' })
  expect(reply).toMatchObject({ status: 201, body: { status: 'active', grantee: { user_id: friend.id, email: null } } })
  expect(await roleOf(friend, id)).toBe('viewer')
})

test('named by id, then by an address that is not proven yet: one share with what was said last, once it is', async () => {
  const { id } = await scenario()
  const friend = await register(false)
  const byId = (await share(id, { user_id: friend.id, role: 'viewer' })).body
  const byAddress = await share(id, { email: friend.email, role: 'commenter' })
  expect(byAddress).toMatchObject({ status: 201, body: { status: 'invited', grantee: { user_id: null } } })
  expect(await roleOf(friend, id)).toBe('viewer')
  await verify(system, friend)
  await until(async () => (await roleOf(friend, id)) === 'commenter')
  const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
  expect(items).toMatchObject([
    { id: byId.id, role: 'commenter', grantee: { user_id: friend.id, email: friend.email } },
  ])
  expect(items).toHaveLength(1)
})

test('named by an address that is not proven yet, then by id: the role that the id was given last stays', async () => {
  const { id } = await scenario()
  const friend = await register(false)
  await share(id, { email: friend.email, role: 'editor' })
  await share(id, { user_id: friend.id, role: 'viewer' })
  await verify(system, friend)
  await until(async () => (await owner.get(`/scenarios/${id}/shares`)).body.items.length === 1)
  expect(await roleOf(friend, id)).toBe('viewer')
})

test('ten same shares at once give one', async () => {
  const { id } = await scenario()
  const friend = await register()
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => share(id, { email: friend.email, role: 'viewer' })),
  )
  expect(replies.map((r) => r.status).toSorted()).toEqual([...Array(9).fill(200), 201])
  expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
  expect((await owner.get(`/scenarios/${id}/shares`)).body.items).toHaveLength(1)
})

test('the same person again changes the role, named otherwise too', async () => {
  const { id } = await scenario()
  const friend = await register()
  const first = await share(id, { email: friend.email, role: 'viewer' })
  const changed = await share(id, { user_id: friend.id, role: 'editor' })
  expect(changed).toMatchObject({ status: 200, body: { id: first.body.id, role: 'editor' } })
  expect(await roleOf(friend, id)).toBe('editor')
  expect((await owner.get(`/scenarios/${id}/shares`)).body.items).toHaveLength(1)
})

describe('a link', () => {
  const headers = { 'idempotency-key': randomUUID() }
  const body = { link: true, role: 'viewer', expires_at: '2099-01-01T00:00:00Z' }
  let id: string
  let link: Reply
  beforeAll(async () => {
    ;({ id } = await scenario())
    link = await share(id, body, owner, headers)
  })

  test('is made with a token and an address to open', () => {
    expect(link).toMatchObject({ status: 201, body: { role: 'viewer', expires_at: '2099-01-01T00:00:00.000Z' } })
    expect(link.body.token).toMatch(/^[\w-]{43}$/)
    expect(link.body.url).toContain(link.body.token)
  })

  test('shows its token once: the kept answer to an Idempotency-Key has none', async () => {
    const again = await share(id, body, owner, headers)
    expect(again.body).toEqual({ id: link.body.id, role: 'viewer', expires_at: link.body.expires_at })
  })

  test('stands in the list without its token', async () => {
    const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
    expect(items).toMatchObject([{ id: link.body.id, link: true, grantee: { user_id: null, email: null } }])
    expect(JSON.stringify(items)).not.toContain(link.body.token)
  })

  test('is stored by the hash of its token', async () => {
    const row = await system.databases.scenarios
      .selectFrom('shares')
      .select('token_hash')
      .where('id', '=', link.body.id)
      .executeTakeFirstOrThrow()
    expect(row.token_hash).toHaveLength(32)
    expect(row.token_hash?.toString('utf8')).not.toContain(link.body.token)
  })
})

test('a share is promised while the workers are away, and kept later', async () => {
  const { id } = await scenario()
  const friend = await register()
  // The news of the verification would activate the invitation by itself.
  const waiting = () => outboxBacklog(system.databases.auth)
  await until(async () => (await waiting()).unsent === 0 && (await system.bus.lag('user_events', 'scenarios')) === 0)
  await system.stopWorkers('scenarios')
  const reply = await share(id, { email: friend.email, role: 'viewer' })
  expect(reply).toMatchObject({ status: 201, body: { status: 'invited' } })
  expect(await roleOf(friend, id)).toBe(404)
  await system.startWorkers('scenarios')
  await until(async () => (await roleOf(friend, id)) === 'viewer')
})

test('sharing leaves no address in events or workflows', async () => {
  const { id } = await scenario()
  const email = `nowhere-${randomUUID()}@example.test`
  await share(id, { email, role: 'viewer' })
  const events = await system.databases.scenarios.selectFrom('outbox').selectAll().where('key', '=', id).execute()
  expect(events.map((e) => e.type)).toContain('scenario_shared')
  expect(JSON.stringify(events)).not.toContain(email)
  const operation = await system.databases.scenarios
    .selectFrom('operations')
    .selectAll()
    .where('kind', '=', 'sharing')
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  expect(JSON.stringify(operation)).not.toContain(email)
})
