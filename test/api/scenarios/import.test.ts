import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { scene, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ relays: false })
})
afterAll(() => system.stop())

test('one Idempotency-Key takes an export once, and tells of one new scenario', async () => {
  const person = await system.api.register()
  const { id } = await write(person, { scenes: [scene('Раз', 'Слова.')] })
  const file = (await person.get(`/scenarios/${id}/export?format=json`)).body
  const headers = { 'idempotency-key': uuidv7() }
  const replies = [
    await person.post('/scenarios/import', file, { headers }),
    await person.post('/scenarios/import', file, { headers }),
  ]
  expect(replies.map(({ status }) => status)).toEqual([201, 201])
  expect(replies[1]!.body).toEqual(replies[0]!.body)
  expect(replies[1]!.headers.get('idempotent-replayed')).toBe('true')
  expect(await person.post('/scenarios/import', { ...file, title: 'Другой' }, { headers })).toMatchObject({
    status: 422,
    body: { code: 'idempotency.key_reused' },
  })
  expect((await person.get('/scenarios')).body.items).toHaveLength(2)
  const told = await system.databases.scenarios
    .selectFrom('outbox')
    .select('data')
    .where('type', '=', 'scenario_created')
    .where('key', '=', replies[0]!.body.id)
    .execute()
  expect(told.map(({ data }) => data)).toEqual([{ scenario_id: replies[0]!.body.id, owner_id: person.id, version: 1 }])
})
