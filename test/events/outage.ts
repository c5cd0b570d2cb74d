import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { outboxBacklog } from '../../db/outbox/outbox.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import type { Envelope } from '../../events/envelope.ts'
import { appendEvent } from '../../events/outbox.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { runOutboxRelay } from '../../workers/relays/outbox.ts'
import type { MortalBroker } from '../support/brokers.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { createRecorder, HANDS_NOTHING_OVER } from '../support/events.ts'
import { until } from '../support/until.ts'

const KEYS = 8
const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')

/** A broker that is killed while events flow and comes back later: what the outbox, the relays and the consumers make of it. */
export function describeOutage(name: string, start: () => Promise<MortalBroker>, open: (address: string) => EventBus) {
  describe(`a ${name} that is killed in the middle`, () => {
    let broker: MortalBroker
    let databases: TestDatabases
    const ends: (() => Promise<unknown>)[] = []
    beforeAll(async () => {
      databases = await cloneDatabases()
      broker = await start()
    })
    afterAll(async () => {
      for (const end of ends.reverse()) await end()
      await broker?.stop()
      await databases.close()
    })

    test('loses nothing, keeps the order of each key, and stops no write meanwhile', async () => {
      const keys = Array.from({ length: KEYS }, () => randomUUID() as string)
      const written = new Map<string, string[]>(keys.map((key) => [key, []]))
      const write = async (key: string) => {
        const requestId = randomUUID()
        await databases.auth
          .transaction()
          .execute((trx) => appendEvent(trx, 'user_updated', { user_id: key }, requestId))
        written.get(key)?.push(requestId)
      }
      const round = (times: number) =>
        Promise.all(
          keys.map(async (key) => {
            for (let n = 0; n < times; n++) await write(key)
          }),
        )
      const recorder = createRecorder()
      // What an inbox does: an event that comes again changes nothing.
      const first = new Map<string, Envelope>()
      const handle = async (event: Envelope) => {
        if (!first.has(event.id)) first.set(event.id, event)
        await recorder.handle(event)
      }
      const consuming = open(broker.address)
      ends.push(() => consuming.close())
      const consumer = await consuming.subscribe({
        topic: 'user_events',
        group: 'notifications',
        handle,
        deadLetter: recorder.deadLetter,
      })
      ends.push(() => consumer.stop())
      for (let n = 0; n < 2; n++) {
        const bus = open(broker.address)
        const relay = runOutboxRelay({
          ...{ service: 'auth', db: databases.auth, url: databases.urls.auth, bus, logger },
          internal: HANDS_NOTHING_OVER,
        })
        ends.push(
          () => bus.close(),
          () => relay.stop(),
        )
      }
      const arrived = (each: number) => recorder.until(() => first.size >= each * KEYS)

      await round(10)
      await arrived(10)
      // Killed while a batch is on its way.
      const flowing = round(20)
      await recorder.until(() => first.size >= 12 * KEYS)
      await broker.crash()
      await flowing
      await round(20)
      expect((await outboxBacklog(databases.auth)).unsent).toBeGreaterThanOrEqual(20 * KEYS)
      await broker.restart()
      await round(10)
      await arrived(60)

      for (const key of keys) {
        const order = [...first.values()].filter((e) => e.partitionkey === key).map((e) => e.correlationid)
        expect(order).toEqual(written.get(key))
      }
      expect(recorder.letters).toEqual([])
      await until(async () => (await outboxBacklog(databases.auth)).unsent === 0)
    })
  })
}
