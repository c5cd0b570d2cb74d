import { randomBytes } from 'node:crypto'
import { Producer, stringSerializers } from '@platformatic/kafka'
import { test } from '@jest/globals'
import { createKafkaBus } from '../../events/kafka.ts'
import { MISSING, startKafka, startOwnKafka } from '../support/brokers.ts'
import { describeBus } from './conformance.ts'
import { describeOutage } from './outage.ts'

const missing = MISSING.kafka()
if (missing && !process.env['CI']) test.skip(`the event bus on Kafka: ${missing}`, () => {})
else {
  describeOutage('Kafka broker', startOwnKafka, (brokers) => createKafkaBus({ brokers }))
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
