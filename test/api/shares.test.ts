import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { outboxBacklog } from '../../db/operations/outbox.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

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
  if (verified) await verify(person)
  return person
}
/** Follows the link of the mail that was kept. */
async function verify(person: Person): Promise<void> {
  const token = await until(async () => {
    const mail = await system.databases.notifications
      .selectFrom('mails')
      .select('text')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'verify_email')
      .executeTakeFirst()
    return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
  })
  expect((await system.api.call('POST', '/auth/verify-email', { body: { token } })).status).toBe(204)
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

test('sharing is refused: no token, foreign, not the owner, with oneself, wrong bodies', async () => {
  const { id } = await scenario()
  const stranger = await register(false)
  const body = { email: stranger.email, role: 'viewer' }
  expect((await system.api.call('POST', `/scenarios/${id}/share`, { body })).status).toBe(401)
  expect((await share(id, body, stranger)).body.code).toBe('scenario.not_found')
  const editor = await register()
  expect((await share(id, { user_id: editor.id, role: 'editor' })).status).toBe(201)
  expect((await share(id, body, editor)).body.code).toBe('access.denied')
  for (const self of [{ email: owner.email.toUpperCase() }, { user_id: owner.id }])
    expect(await share(id, { ...self, role: 'viewer' })).toMatchObject({ status: 422, body: { code: 'share.self' } })
  for (const [wrong, path] of [
    [{ role: 'viewer' }, '/email'],
    [{ email: 'no address', role: 'viewer' }, '/email'],
    [{ email: stranger.email }, '/role'],
    [{ email: stranger.email, role: 'owner' }, '/role'],
    [{ email: stranger.email, user_id: stranger.id, role: 'viewer' }, '/user_id'],
    [{ user_id: 'x', role: 'viewer' }, '/user_id'],
    [{ link: true, role: 'editor' }, '/role'],
    [{ link: false, role: 'viewer' }, '/link'],
    [{ link: true, role: 'viewer', expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    [{ email: stranger.email, role: 'viewer', expires_at: '2099-01-01T00:00:00Z' }, '/expires_at'],
    [{ email: stranger.email, role: 'viewer', urgent: true }, '/urgent'],
  ] as const) {
    const reply = await share(id, wrong)
    expect({ wrong, status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({ wrong, status: 422, path })
  }
})

test('nobody is shared with by an id that is nobody’s, nor with oneself by another spelling of one’s id', async () => {
  const { id } = await scenario()
  const reply = await share(id, { user_id: randomUUID(), role: 'viewer' })
  expect(reply).toMatchObject({ status: 422, body: { code: 'user.not_found', errors: [{ path: '/user_id' }] } })
  expect((await share(id, { user_id: owner.id.toUpperCase(), role: 'viewer' })).body.code).toBe('share.self')
})

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
  await verify(person)
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
  await verify(friend)
  await until(async () => (await roleOf(friend, id)) === 'commenter')
  const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
  expect(items).toMatchObject([
    { id: byId.id, role: 'commenter', grantee: { user_id: friend.id, email: friend.email } },
  ])
  expect(items).toHaveLength(1)
  // The other way round, the role that the id was given last stays.
  const second = await scenario()
  const other = await register(false)
  await share(second.id, { email: other.email, role: 'editor' })
  await share(second.id, { user_id: other.id, role: 'viewer' })
  await verify(other)
  await until(async () => (await owner.get(`/scenarios/${second.id}/shares`)).body.items.length === 1)
  expect(await roleOf(other, second.id)).toBe('viewer')
})

test('ten same shares at once give one; the same person again changes the role', async () => {
  const { id } = await scenario()
  const friend = await register()
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => share(id, { email: friend.email, role: 'viewer' })),
  )
  expect(replies.map((r) => r.status).toSorted()).toEqual([...Array(9).fill(200), 201])
  expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
  const changed = await share(id, { user_id: friend.id, role: 'editor' })
  expect(changed).toMatchObject({ status: 200, body: { id: replies[0]?.body.id, role: 'editor' } })
  expect(await roleOf(friend, id)).toBe('editor')
  expect((await owner.get(`/scenarios/${id}/shares`)).body.items).toHaveLength(1)
})

test('the same key gives the first answer, other bodies are refused', async () => {
  const { id } = await scenario()
  const friend = await register()
  const headers = { 'idempotency-key': randomUUID() }
  const first = await share(id, { user_id: friend.id, role: 'viewer' }, owner, headers)
  const again = await share(id, { user_id: friend.id, role: 'viewer' }, owner, headers)
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const other = await share(id, { user_id: friend.id, role: 'editor' }, owner, headers)
  expect(other.body.code).toBe('idempotency.key_reused')
})

test('a link opens without an account until it is revoked or expires; its token is shown once', async () => {
  const { id } = await scenario()
  const headers = { 'idempotency-key': randomUUID() }
  const body = { link: true, role: 'viewer', expires_at: '2099-01-01T00:00:00Z' }
  const link = await share(id, body, owner, headers)
  expect(link).toMatchObject({ status: 201, body: { role: 'viewer', expires_at: '2099-01-01T00:00:00.000Z' } })
  expect(link.body.token).toMatch(/^[\w-]{43}$/)
  expect(link.body.url).toContain(link.body.token)
  const again = await share(id, body, owner, headers)
  expect(again.body).toEqual({ id: link.body.id, role: 'viewer', expires_at: link.body.expires_at })
  const opened = await system.api.call('GET', `/shared/${link.body.token}`)
  expect(opened).toMatchObject({ status: 200, body: { id, my_role: 'viewer', title: 'Общий' } })
  expect(opened.headers.get('cache-control')).toBe('no-store')
  const known = { 'if-none-match': opened.headers.get('etag') ?? '' }
  expect((await system.api.call('GET', `/shared/${link.body.token}`, { headers: known })).status).toBe(304)
  const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
  expect(items).toMatchObject([{ id: link.body.id, link: true, grantee: { user_id: null, email: null } }])
  expect(JSON.stringify(items)).not.toContain(link.body.token)
  expect((await owner.delete(`/scenarios/${id}/shares/${link.body.id}`)).status).toBe(204)
  expect((await system.api.call('GET', `/shared/${link.body.token}`)).status).toBe(404)
  const short = await share(id, {
    link: true,
    role: 'commenter',
    expires_at: new Date(Date.now() + 1_500).toISOString(),
  })
  expect((await system.api.call('GET', `/shared/${short.body.token}`)).status).toBe(200)
  await until(async () => (await system.api.call('GET', `/shared/${short.body.token}`)).status === 404)
  for (const token of ['x', 'A'.repeat(43)]) expect((await system.api.call('GET', `/shared/${token}`)).status).toBe(404)
  const [row] = await system.databases.scenarios
    .selectFrom('shares')
    .select('token_hash')
    .where('id', '=', link.body.id)
    .execute()
  expect(row?.token_hash?.toString('utf8')).not.toContain(link.body.token)
})

test('revoking ends access at once; only the owner revokes; what is revoked is gone', async () => {
  const { id } = await scenario()
  const [friend, editor] = [await register(), await register()]
  const given = (await share(id, { user_id: friend.id, role: 'viewer' })).body
  await share(id, { user_id: editor.id, role: 'editor' })
  expect((await friend.get(`/scenarios/${id}/shares`)).status).toBe(403)
  expect((await editor.get(`/scenarios/${id}/shares`)).body.items).toHaveLength(2)
  expect((await editor.delete(`/scenarios/${id}/shares/${given.id}`)).status).toBe(403)
  expect((await friend.delete(`/scenarios/${id}/shares/${given.id}`)).status).toBe(403)
  expect((await owner.delete(`/scenarios/${id}/shares/${given.id}`)).status).toBe(204)
  expect(await roleOf(friend, id)).toBe(404)
  expect((await owner.delete(`/scenarios/${id}/shares/${given.id}`)).status).toBe(404)
  const again = await share(id, { user_id: friend.id, role: 'viewer' })
  expect(again.status).toBe(201)
  expect(again.body.id).not.toBe(given.id)
  expect(await roleOf(friend, id)).toBe('viewer')
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
