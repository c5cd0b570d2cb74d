import { randomBytes } from 'node:crypto'
import { test } from '@jest/globals'
import { connect } from 'amqplib'
import { createRabbitBus } from '../../events/bus/rabbitmq.ts'
import { MISSING, startOwnRabbit, startRabbit } from '../support/brokers.ts'
import { describeBus } from './conformance.ts'
import { describeOutage } from './outage.ts'
import { describeSilence } from './silence.ts'

const missing = MISSING.rabbitmq()
if (missing && !process.env['CI']) test.skip(`the event bus on RabbitMQ: ${missing}`, () => {})
else {
  describeSilence(
    'RabbitMQ',
    async (through) => {
      const broker = await startOwnRabbit()
      const url = new URL(broker.address)
      url.host = await through(url.host)
      return { address: url.href, stop: broker.stop }
    },
    (url) => createRabbitBus({ url }),
    30_000,
  )
  describeOutage('RabbitMQ', startOwnRabbit, (url) => createRabbitBus({ url }))
  describeBus('RabbitMQ', async () => {
    if (missing) throw new Error(missing)
    const broker = await startRabbit()
    const prefix = `t${randomBytes(4).toString('hex')}`
    const stranger = await connect(broker.address)
    const channel = await stranger.createConfirmChannel()
    return {
      open: () => createRabbitBus({ url: broker.address, prefix }),
      publishRaw: async (key, body) => {
        channel.publish(prefix, 'user_events.0', Buffer.from(body), { headers: { partitionkey: key } })
        await channel.waitForConfirms()
      },
      close: async () => {
        await stranger.close()
        await broker.stop()
      },
    }
  })
}
