import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { outboxBacklog } from '../../db/outbox/outbox.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import type { Envelope } from '../../events/envelope.ts'
import { createInternalClient, type InternalClient } from '../../internal/client.ts'
import type { Stoppable } from '../../lifecycle.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { runOutboxRelay } from '../../workers/relays/outbox.ts'
import { createRecorder } from '../support/events.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')
let system: System
let internal: InternalClient
const relays: Stoppable[] = []
beforeAll(async () => {
  system = await startSystem({ relays: false })
  internal = createInternalClient({ baseUrl: system.config.internalUrl, key: system.keys.serviceToken, self: 'users' })
})
afterAll(async () => {
  for (const relay of relays) await relay.stop()
  await system.stop()
})

test('what two services tell of a person comes in the order in which it happened, however slow a relay is', async () => {
  const { databases } = system
  const recorder = createRecorder()
  const bus: EventBus = {
    publish: async (_topic, batch) => {
      for (const event of batch) await recorder.handle(event)
    },
    subscribe: () => Promise.reject(new Error('nobody reads here')),
    lag: async () => 0,
    close: async () => {},
  }
  const relay = (service: 'auth' | 'users') =>
    relays.push(
      runOutboxRelay({ service, db: databases[service], url: databases.urls[service], bus, internal, logger }),
    )

  const person = await system.api.register()
  relay('users')
  expect(await person.put(`/users/${person.id}`, { full_name: 'Анна' })).toMatchObject({ status: 200 })
  await until(async () => (await outboxBacklog(databases.users)).unsent === 0)
  // The relay of `auth` has not begun: nothing has been told yet.
  expect(recorder.events).toEqual([])
  relay('auth')
  const ofPerson = () => recorder.events.filter((e) => e.partitionkey === person.id)
  await recorder.until(() => ofPerson().length >= 2)
  expect(ofPerson().map((e: Envelope) => [e.source, e.type])).toEqual([
    ['/services/auth', 'user_registered'],
    ['/services/users', 'user_updated'],
  ])
})

test('an event that is handed over twice is told once, and one of a person who is gone not at all', async () => {
  const { auth } = system.databases
  const person = await system.api.register()
  const event = (key: string) => ({
    ...{ id: uuidv7(), type: 'user_updated', version: 1, key, data: { user_id: key } },
    ...{ request_id: 'r-1', traceparent: null, created_at: new Date().toISOString() },
  })
  const [first, second, late] = [event(person.id), event(person.id), event(randomUUID())]
  await internal.handOver('auth', [second, late, first])
  await internal.handOver('auth', [first])
  const rows = await auth
    .selectFrom('outbox')
    .select(['id', 'source', 'key'])
    .where('id', 'in', [first.id, second.id, late.id])
    .orderBy('seq')
    .execute()
  expect(rows).toEqual([second, first].map(({ id }) => ({ id, source: 'users', key: person.id })))
})
