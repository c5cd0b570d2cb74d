import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CHANNEL_NAMES, TOPIC_NAMES } from '../../../notifications/topics.ts'
import type { Person, Reply } from '../../support/http.ts'
import { listWith, toOneself } from '../../support/notifications.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

test.each([
  ['GET', '/notifications/preferences'],
  ['PUT', '/notifications/preferences'],
])('%s %s needs a token', async (method, path) => {
  expect(await system.api.call(method, path)).toMatchObject({ status: 401 })
})

describe('preferences', () => {
  let chooser: Person
  let before: Reply['body']
  const save = (body: unknown) => chooser.put('/notifications/preferences', body)
  beforeAll(async () => {
    chooser = await system.api.register()
    before = (await chooser.get('/notifications/preferences')).body
  })

  test('have every topic and channel', () => {
    expect(Object.keys(before.topics).toSorted()).toEqual(TOPIC_NAMES.toSorted())
    for (const channels of Object.values(before.topics))
      expect(Object.keys(channels as object).toSorted()).toEqual(CHANNEL_NAMES.toSorted())
    expect(before).toMatchObject({ quiet_hours: null, digest: 'off', topics: { security: { email: true, sms: true } } })
  })

  test('may be written back as they were read', async () => {
    expect((await save(before)).body).toEqual(before)
  })

  test.each<[string, object]>([
    ['/topics/security/email', { topics: { security: { email: false } } }],
    ['/topics/account/in_app', { topics: { account: { in_app: false } } }],
    ['/topics/gossip', { topics: { gossip: { email: false } } }],
    ['/topics/share/email', { topics: { share: { email: 'no' } } }],
    ['/quiet_hours/start', { quiet_hours: { start: '25:00', end: '07:00', timezone: 'Europe/Moscow' } }],
    ['/quiet_hours/timezone', { quiet_hours: { start: '22:00', end: '07:00', timezone: 'Mars/Base' } }],
    ['/quiet_hours/end', { quiet_hours: { start: '22:00', end: '22:00', timezone: 'UTC' } }],
    ['/digest', { digest: 'hourly' }],
  ])('are refused at %s: %j; what is mandatory stays on', async (path, body) => {
    const reply = await save(body)
    expect({ path: reply.body.errors?.[0]?.path, status: reply.status }).toEqual({ path, status: 422 })
  })

  describe('once chosen', () => {
    const quiet_hours = { start: '22:00', end: '07:30', timezone: 'Asia/Yekaterinburg' }
    let saved: Reply
    beforeAll(async () => {
      saved = await save({ topics: { custom: { email: false, in_app: false } }, quiet_hours, digest: 'daily' })
    })

    test('are answered whole', () =>
      expect(saved).toMatchObject({
        status: 200,
        body: { quiet_hours, digest: 'daily', topics: { custom: { email: false, in_app: false, web_push: true } } },
      }))

    test('are kept', async () => {
      expect((await chooser.get('/notifications/preferences')).body).toEqual(saved.body)
    })

    test('hold back what was switched off, from the list too', async () => {
      const told = await chooser.post('/notifications', toOneself(chooser, { channels: ['in_app', 'email'] }))
      expect(told.body.deliveries).toEqual([
        { channel: 'in_app', status: 'suppressed', attempts: 0 },
        { channel: 'email', status: 'suppressed', attempts: 0 },
      ])
      const items = await listWith(chooser, (all) => all.some((n) => n.topic === 'welcome'))
      expect(items.filter((n: { topic: string }) => n.topic === 'custom')).toEqual([])
    })
  })
})
