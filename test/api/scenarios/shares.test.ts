import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person, editor: Person, friend: Person, stranger: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  ;[owner, editor, friend, stranger] = (await Promise.all(Array.from({ length: 4 }, () => system.api.register()))) as [
    Person,
    Person,
    Person,
    Person,
  ]
})
afterAll(() => system.stop())

const scenario = async () => (await owner.post('/scenarios', { title: 'Общий', content: 'Раз.\n\nДва.' })).body
const share = (id: string, body: unknown, by = owner, headers = {}) =>
  by.post(`/scenarios/${id}/share`, body, { headers })

describe('POST /scenarios/{id}/share', () => {
  let id: string
  const body = { email: `friend-${randomUUID()}@example.test`, role: 'viewer' }
  beforeAll(async () => {
    ;({ id } = await scenario())
    expect((await share(id, { user_id: editor.id, role: 'editor' })).status).toBe(201)
  })

  test('needs a token', async () => {
    expect((await system.api.call('POST', `/scenarios/${id}/share`, { body })).status).toBe(401)
  })

  test('is 404 for strangers', async () => {
    expect((await share(id, body, stranger)).body.code).toBe('scenario.not_found')
  })

  test('is for the owner: 403 for an editor', async () => {
    expect((await share(id, body, editor)).body.code).toBe('access.denied')
  })

  test.each<[string, () => object]>([
    ['the own address', () => ({ email: owner.email.toUpperCase() })],
    ['the own id', () => ({ user_id: owner.id })],
    ['the own id in another spelling', () => ({ user_id: owner.id.toUpperCase() })],
  ])('is not with oneself: %s', async (_, self) => {
    expect(await share(id, { ...self(), role: 'viewer' })).toMatchObject({ status: 422, body: { code: 'share.self' } })
  })

  test('is not with an id that is nobody’s', async () => {
    const reply = await share(id, { user_id: randomUUID(), role: 'viewer' })
    expect(reply).toMatchObject({ status: 422, body: { code: 'user.not_found', errors: [{ path: '/user_id' }] } })
  })

  test.each<[string, object]>([
    ['/email', { role: 'viewer' }],
    ['/email', { email: 'no address', role: 'viewer' }],
    ['/role', { email: body.email }],
    ['/role', { email: body.email, role: 'owner' }],
    ['/user_id', { email: body.email, user_id: randomUUID(), role: 'viewer' }],
    ['/user_id', { user_id: 'x', role: 'viewer' }],
    ['/role', { link: true, role: 'editor' }],
    ['/link', { link: false, role: 'viewer' }],
    ['/expires_at', { link: true, role: 'viewer', expires_at: '2020-01-01T00:00:00Z' }],
    ['/expires_at', { email: body.email, role: 'viewer', expires_at: '2099-01-01T00:00:00Z' }],
    ['/urgent', { email: body.email, role: 'viewer', urgent: true }],
  ])('is 422 at %s for %j', async (path, wrong) => {
    const reply = await share(id, wrong)
    expect({ status: reply.status, path: reply.body.errors?.[0]?.path }).toEqual({ status: 422, path })
  })

  test('keeps the first answer to an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await share(id, { user_id: friend.id, role: 'viewer' }, owner, headers)
    const again = await share(id, { user_id: friend.id, role: 'viewer' }, owner, headers)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })

  test('refuses another body under the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    await share(id, { user_id: friend.id, role: 'viewer' }, owner, headers)
    const other = await share(id, { user_id: friend.id, role: 'editor' }, owner, headers)
    expect(other.body.code).toBe('idempotency.key_reused')
  })
})

describe('the shares of a scenario', () => {
  let id: string
  let given: Reply['body']
  const revoke = (by: Person, shareId = given.id) => by.delete(`/scenarios/${id}/shares/${shareId}`)
  beforeEach(async () => {
    ;({ id } = await scenario())
    given = (await share(id, { user_id: friend.id, role: 'viewer' })).body
    await share(id, { user_id: editor.id, role: 'editor' })
  })

  test('need a token to be listed', async () => {
    expect((await system.api.call('GET', `/scenarios/${id}/shares`)).status).toBe(401)
  })

  test('are not listed for who may read alone', async () => {
    expect((await friend.get(`/scenarios/${id}/shares`)).status).toBe(403)
  })

  test('are listed for an editor', async () => {
    expect((await editor.get(`/scenarios/${id}/shares`)).body.items).toHaveLength(2)
  })

  test('are not revoked by an editor', async () => {
    expect((await revoke(editor)).status).toBe(403)
  })

  test('are not revoked by the one who was given it', async () => {
    expect((await revoke(friend)).status).toBe(403)
  })

  test('end the access at once when they are revoked', async () => {
    expect((await revoke(owner)).status).toBe(204)
    expect((await friend.get(`/scenarios/${id}`)).status).toBe(404)
  })

  test('are revoked once', async () => {
    await revoke(owner)
    expect((await revoke(owner)).status).toBe(404)
  })

  test('are others when they are given again', async () => {
    await revoke(owner)
    const again = await share(id, { user_id: friend.id, role: 'viewer' })
    expect(again.status).toBe(201)
    expect(again.body.id).not.toBe(given.id)
    expect((await friend.get(`/scenarios/${id}`)).body.my_role).toBe('viewer')
  })
})

describe('DELETE /scenarios/{id}/shares/me', () => {
  const leave = (id: string, by: Person) => by.delete(`/scenarios/${id}/shares/me`)
  let id: string
  beforeAll(async () => {
    ;({ id } = await scenario())
  })
  beforeEach(async () => void (await share(id, { user_id: friend.id, role: 'editor' })))

  test('needs a token', async () => {
    expect((await system.api.call('DELETE', `/scenarios/${id}/shares/me`)).status).toBe(401)
  })

  test('is 404 for strangers, who do not learn that it is there', async () => {
    expect((await leave(id, stranger)).body).toMatchObject({ status: 404, code: 'scenario.not_found' })
  })

  test('is 404 for the owner, who has it from nobody', async () => {
    expect((await leave(id, owner)).body).toMatchObject({ status: 404, code: 'share.not_found' })
    expect((await owner.get(`/scenarios/${id}`)).status).toBe(200)
  })

  test('ends the own access at once and nobody else’s; others are not left', async () => {
    await share(id, { user_id: editor.id, role: 'viewer' })
    expect((await leave(id, friend)).status).toBe(204)
    expect((await friend.get(`/scenarios/${id}`)).status).toBe(404)
    expect((await friend.get('/scenarios?shared=true')).body.items.map((s: { id: string }) => s.id)).not.toContain(id)
    expect((await editor.get(`/scenarios/${id}`)).body.my_role).toBe('viewer')
    const { items } = (await owner.get(`/scenarios/${id}/shares`)).body
    expect(items.map((s: Reply['body']) => s.grantee.user_id)).toEqual([editor.id])
  })

  test('is once: five at a time leave one share', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => leave(id, friend)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([204, 404, 404, 404, 404])
  })

  test('is no end for good: the owner may share again', async () => {
    await leave(id, friend)
    expect((await share(id, { user_id: friend.id, role: 'viewer' })).status).toBe(201)
    expect((await friend.get(`/scenarios/${id}`)).body.my_role).toBe('viewer')
  })
})
