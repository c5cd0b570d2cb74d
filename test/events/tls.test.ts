import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loadConfig } from '../../config.ts'
import { createKafkaBus } from '../../events/bus/kafka.ts'
import { createRabbitBus } from '../../events/bus/rabbitmq.ts'
import { ownTls } from '../../network/own-tls.ts'
import { MISSING, startOwnKafka, startOwnRabbit, type MortalBroker } from '../support/brokers.ts'
import { createRecorder, userEvent } from '../support/events.ts'
import { until } from '../support/until.ts'

let folder: string
const at = (name: string) => join(folder, name)
const issue = (where: string, ...names: string[]) =>
  execFileSync('sh', [fileURLToPath(new URL('../../deploy/ca.sh', import.meta.url)), at(where), ...names])
/** The files of the process: whose certificate lies there now. */
const show = (where: string) => {
  for (const end of ['key', 'pem']) copyFileSync(at(`${where}/worker.${end}`), at(`ours/own.${end}`))
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-bus-tls-'))
  issue('ours', 'broker,127.0.0.1', 'worker')
  issue('others', 'worker')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const brokers = [
  {
    name: 'Kafka',
    missing: MISSING.kafka(),
    start: (files: Parameters<typeof startOwnRabbit>[0]) => startOwnKafka(undefined, files),
    open: createKafkaBus,
  },
  {
    name: 'RabbitMQ',
    missing: MISSING.rabbitmq(),
    start: startOwnRabbit,
    open: ({ brokers: url, tls }: Parameters<typeof createKafkaBus>[0]) => createRabbitBus({ url, tls }),
  },
]

describe.each(brokers)('the bus on $name, which asks for a certificate', ({ name, missing, start, open }) => {
  if (missing && !process.env['CI']) {
    test.skip(`${name}: ${missing}`, () => {})
    return
  }
  let broker: MortalBroker
  beforeAll(async () => {
    broker = await start({ ca: at('ours/ca.pem'), cert: at('ours/broker.pem'), key: at('ours/broker.key') })
  })
  afterAll(() => broker?.stop())

  test('is not open to one of another authority, and is when the right one lies in its files: nothing is started again', async () => {
    show('others')
    const tls = ownTls(
      loadConfig({
        SERVICE_TLS_CA: at('ours/ca.pem'),
        SERVICE_TLS_CERT: at('ours/own.pem'),
        SERVICE_TLS_KEY: at('ours/own.key'),
      }),
    )
    const bus = open({ brokers: broker.address, tls })
    const recorder = createRecorder()
    const event = userEvent()
    await expect(bus.publish('user_events', [event])).rejects.toThrow()
    show('ours')
    await until(() =>
      bus.publish('user_events', [event]).then(
        () => true,
        () => false,
      ),
    )
    const consumer = await bus.subscribe({ topic: 'user_events', group: 'notifications', ...recorder })
    await recorder.until(() => recorder.events.some(({ id }) => id === event.id))
    await consumer.stop()
    await bus.close()
  })
})
