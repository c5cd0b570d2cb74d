import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keepDeadLetter } from '../../../db/inbox/dead-letters.ts'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let admin: Person
let person: Person
beforeAll(async () => {
  // Nobody takes up what is to be handled again: the wish can be seen.
  system = await startSystem({ relays: false })
  ;[admin, person] = await Promise.all([registerAdmin(system), system.api.register()])
})
afterAll(() => system.stop())

async function letter(): Promise<string> {
  const topic = `topic-${randomUUID()}`
  const { notifications } = system.databases
  await keepDeadLetter(notifications, {
    topic,
    group: 'notifications',
    key: null,
    body: '{"a":1}',
    reason: 'bad',
    tries: 5,
  })
  const { id } = await notifications
    .selectFrom('dead_letters')
    .select('id')
    .where('topic', '=', topic)
    .executeTakeFirstOrThrow()
  return id
}
const listed = async (id: string) =>
  (await admin.get('/admin/dead-letters')).body.items.find((one: { id: string }) => one.id === id)

describe.each([
  ['GET', ''],
  ['POST', '/replay'],
  ['DELETE', ''],
])('%s /admin/dead-letters/{id}%s', (method, end) => {
  test('is for those who run the installation, of what there is', async () => {
    const ask = async (id: string, token?: string) =>
      (await system.api.call(method, `/admin/dead-letters/${id}${end}`, { token })).status
    const id = await letter()
    expect([await ask(id), await ask(id, person.token)]).toEqual([401, 403])
    expect([await ask('nonsense', admin.token), await ask(randomUUID(), admin.token)]).toEqual([404, 404])
    expect(await listed(id)).toMatchObject({ state: 'set_aside', place: 'notifications', reason: 'bad', tries: 5 })
  })
})

test('they are listed for admins alone', async () => {
  expect((await system.api.call('GET', '/admin/dead-letters')).status).toBe(401)
  expect((await person.get('/admin/dead-letters')).status).toBe(403)
})

test('one is shown whole, handled again, and given up', async () => {
  const id = await letter()
  expect(await admin.get(`/admin/dead-letters/${id}`)).toMatchObject({ status: 200, body: { id, body: '{"a":1}' } })
  expect((await admin.post(`/admin/dead-letters/${id}/replay`)).status).toBe(204)
  expect(await listed(id)).toMatchObject({ state: 'replaying' })
  expect((await admin.delete(`/admin/dead-letters/${id}`)).status).toBe(204)
  expect(await listed(id)).toBeUndefined()
  expect(await admin.delete(`/admin/dead-letters/${id}`)).toMatchObject({
    ...{ status: 404, body: { code: 'dead_letter.not_found' } },
  })
})
