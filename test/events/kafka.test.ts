import { randomBytes, randomUUID } from 'node:crypto'
import { Producer, stringSerializers } from '@platformatic/kafka'
import { expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { listSetAside } from '../../db/outbox/outbox.ts'
import { createKafkaBus } from '../../events/bus/kafka.ts'
import { appendEvent } from '../../events/outbox.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { runOutboxRelay } from '../../workers/relays/outbox.ts'
import { MISSING, startKafka, startOwnKafka } from '../support/brokers.ts'
import { cloneDatabases } from '../support/databases.ts'
import { createRecorder, HANDS_NOTHING_OVER } from '../support/events.ts'
import { until } from '../support/until.ts'
import { describeBus } from './conformance.ts'
import { describeOutage } from './outage.ts'
import { describeSilence } from './silence.ts'

const missing = MISSING.kafka()
if (missing && !process.env['CI']) test.skip(`the event bus on Kafka: ${missing}`, () => {})
else {
  test('a record that Kafka does not take is set aside, and holds up no other', async () => {
    const [broker, databases] = await Promise.all([startOwnKafka(), cloneDatabases()])
    const bus = createKafkaBus({ brokers: broker.address })
    const recorder = createRecorder()
    const consumer = await bus.subscribe({ topic: 'user_events', group: 'notifications', ...recorder })
    const { auth } = databases
    const write = (user_id: string) =>
      auth.transaction().execute((trx) => appendEvent(trx, 'user_updated', { user_id }))
    const [large, small] = [randomUUID(), randomUUID()]
    await write(large)
    // Above the 1 MiB that a broker takes as it comes.
    await sql`update outbox set data = jsonb_build_object('user_id', repeat('x', 2000000)) where key = ${large}`.execute(
      auth,
    )
    await write(small)
    const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')
    const relay = runOutboxRelay({
      ...{ service: 'auth', db: auth, url: databases.urls.auth, bus, logger },
      internal: HANDS_NOTHING_OVER,
    })
    await recorder.until(() => recorder.events.some((e) => e.partitionkey === small))
    const [aside] = await until(async () => {
      const rows = await listSetAside(auth, 10)
      return rows.length > 0 && rows
    })
    expect(aside).toMatchObject({ key: large })
    await relay.stop()
    await consumer.stop()
    await bus.close()
    await broker.stop()
    await databases.close()
  })
  describeSilence('Kafka broker', startOwnKafka, (brokers) => createKafkaBus({ brokers }), 45_000)
  describeOutage(
    'Kafka broker',
    () => startOwnKafka(),
    (brokers) => createKafkaBus({ brokers }),
  )
  describeBus('Kafka', async () => {
    if (missing) throw new Error(missing)
    const broker = await startKafka()
    const prefix = `t${randomBytes(4).toString('hex')}_`
    const raw = new Producer({
      bootstrapBrokers: [broker.address],
      clientId: 'stranger',
      serializers: stringSerializers,
    })
    return {
      open: () => createKafkaBus({ brokers: broker.address, prefix }),
      publishRaw: async (key, body) =>
        void (await raw.send({ messages: [{ topic: `${prefix}user_events`, key, value: body }] })),
      close: async () => {
        await raw.close()
        await broker.stop()
      },
    }
  })
}
