import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, type Channel, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import { doubling, runLoop, type Turn } from '../../lifecycle.ts'
import type { OwnTls } from '../../network/own-tls.ts'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import { CONSUMER_GROUPS, TOPICS, type Topic } from '../catalogue.ts'
import { createDelivery } from './delivery.ts'
import { createKeyedQueue } from './keyed-queue.ts'

/**
 * Queues of a topic and group. A queue keeps order only while one consumer reads it, so each has a single active one, and several
 * processes of a group share the queues.
 */
const SHARDS = 4
const PREFETCH = 100
const CONCURRENCY = 4
/** Deliveries that no consumer survived. What a handler merely throws at is counted in delivery.ts. */
const DELIVERY_LIMIT = 20
const FIRST_WAIT_MS = 200
const backoffMs = doubling(FIRST_WAIT_MS, 5_000)
const CONFIRM_MS = 10_000
/** Either side gives the other up when it has heard nothing for two of these. */
const HEARTBEAT_S = 5

export interface RabbitOptions {
  readonly url: string
  /** Name of the exchange, and before every queue's name. */
  readonly prefix?: string
  /** With amqps://: what the broker is shown, and whom it must be signed by; default: an authority that Node knows. */
  readonly tls?: OwnTls | undefined
}

/** @param url with a heartbeat of its own, that one holds */
const connectTo = (url: string, name: string, tls: OwnTls | undefined): Promise<ChannelModel> => {
  const target = new URL(url)
  if (!target.searchParams.has('heartbeat')) target.searchParams.set('heartbeat', String(HEARTBEAT_S))
  return connect(target.href, {
    timeout: 5_000,
    clientProperties: { connection_name: name },
    ...(target.protocol === 'amqps:' && {
      servername: isIP(target.hostname) ? '' : target.hostname,
      ...tls?.current(),
    }),
  })
}

/** Topic exchange, quorum queues, publisher confirms, prefetch; what kills its consumers goes to a dead-letter queue. */
export function createRabbitBus({ url, prefix = 'scenor', tls }: RabbitOptions): EventBus {
  const dead = `${prefix}.dead`
  const queueOf = (topic: Topic, group: string, shard: number) => `${prefix}.${group}.${topic}.${shard}`
  const deadQueueOf = (topic: Topic, group: string) => `${prefix}.${group}.${topic}.dead`
  const consumers = new Set<Consumer>()
  let publishing: Promise<{ connection: ChannelModel; channel: ConfirmChannel }> | undefined

  const declare = async (channel: Channel, topic: Topic, group: string) => {
    await channel.assertExchange(prefix, 'topic', { durable: true })
    await channel.assertExchange(dead, 'topic', { durable: true })
    const graveyard = deadQueueOf(topic, group)
    await channel.assertQueue(graveyard, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await channel.bindQueue(graveyard, dead, graveyard)
    for (let shard = 0; shard < SHARDS; shard++) {
      const queue = queueOf(topic, group, shard)
      await channel.assertQueue(queue, {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-single-active-consumer': true,
          'x-delivery-limit': DELIVERY_LIMIT,
          'x-dead-letter-exchange': dead,
          'x-dead-letter-routing-key': graveyard,
          'x-dead-letter-strategy': 'at-least-once',
          'x-overflow': 'reject-publish',
        },
      })
      await channel.bindQueue(queue, prefix, `${topic}.${shard}`)
    }
  }

  const open = async () => {
    const connection = await connectTo(url, 'scenor-relay', tls)
    const forget = () => (publishing = undefined)
    connection.on('error', forget)
    connection.on('close', forget)
    const channel = await connection.createConfirmChannel()
    channel.on('error', forget)
    channel.on('close', forget)
    // An exchange drops what no queue wants: the queues of every group that there is must be there before the first event.
    for (const group of CONSUMER_GROUPS) for (const topic of TOPICS) await declare(channel, topic, group)
    return { connection, channel }
  }

  const consume = async (subscription: BusSubscription): Promise<Consumer> => {
    const { topic, group, deadLetter } = subscription
    const read = async ({ signal }: Turn, opened: () => void) => {
      const deliver = createDelivery(subscription, signal)
      // It has killed its consumers: it is not tried again.
      const bury = createDelivery(
        {
          ...subscription,
          tries: 1,
          handle: () => Promise.reject(new Error('delivered too often without an end')),
          deadLetter: (letter) => deadLetter({ ...letter, tries: DELIVERY_LIMIT }),
        },
        signal,
      )
      const connection = await connectTo(url, `scenor-${group}`, tls)
      const broken = new Promise<void>((resolve) => {
        connection.on('error', () => resolve())
        connection.on('close', () => resolve())
      })
      const queue = createKeyedQueue({ concurrency: CONCURRENCY, capacity: Infinity })
      try {
        const channel = await connection.createChannel()
        channel.on('error', () => void connection.close().catch(() => {}))
        await declare(channel, topic, group)
        await channel.prefetch(PREFETCH)
        const tags: string[] = []
        const take = (run: typeof deliver) => (message: ConsumeMessage | null) => {
          if (!message) return
          const key = keyOf(message)
          void queue.add(key ?? '', async (yielding) => {
            await run({ key, body: message.content.toString('utf8') }, yielding)
            channel.ack(message)
          })
        }
        for (let shard = 0; shard < SHARDS; shard++)
          tags.push((await channel.consume(queueOf(topic, group, shard), take(deliver))).consumerTag)
        tags.push((await channel.consume(deadQueueOf(topic, group), take(bury))).consumerTag)
        opened()
        const stopped = new Promise<void>((resolve) => {
          if (signal.aborted) resolve()
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
        await Promise.race([broken, stopped])
        for (const tag of tags) await channel.cancel(tag).catch(() => {})
        await queue.idle()
        // What is not acknowledged goes back to its queue.
        await channel.close().catch(() => {})
      } finally {
        await connection.close().catch(() => {})
      }
    }
    const { promise: first, resolve, reject } = Promise.withResolvers<void>()
    const loop = runLoop({
      round: async (turn) => {
        await read(turn, resolve)
        return FIRST_WAIT_MS
      },
      failed: (error, failures) => {
        reject(error)
        subscription.failed?.(error, undefined)
        return backoffMs(failures)
      },
    })
    const consumer: Consumer = {
      stop: async () => {
        await loop.stop()
        consumers.delete(consumer)
      },
    }
    consumers.add(consumer)
    // A broker that is away now is no reason to fail: the loop goes on.
    await first.catch(() => {})
    return consumer
  }

  return {
    publish: async (topic, batch) => {
      const { connection, channel } = await (publishing ??= open().catch((error: unknown) => {
        publishing = undefined
        throw error
      }))
      for (const event of batch)
        channel.publish(prefix, `${topic}.${shardOf(event.partitionkey)}`, Buffer.from(JSON.stringify(event)), {
          persistent: true,
          messageId: event.id,
          type: event.type,
          contentType: 'application/cloudevents+json',
          contentEncoding: 'utf-8',
          headers: { partitionkey: event.partitionkey },
        })
      try {
        await Promise.race([
          channel.waitForConfirms(),
          delay(CONFIRM_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('no confirmation'))),
        ])
      } catch (error) {
        publishing = undefined
        void connection.close().catch(() => {})
        throw error
      }
    },
    subscribe: consume,
    lag: async (topic, group) => {
      const connection = await connectTo(url, 'scenor-lag', tls)
      try {
        const channel = await connection.createChannel()
        let lag = 0
        for (let shard = 0; shard < SHARDS; shard++)
          lag += (await channel.checkQueue(queueOf(topic, group, shard))).messageCount
        return lag
      } finally {
        await connection.close().catch(() => {})
      }
    },
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      const opened = await publishing?.catch(() => undefined)
      await opened?.connection.close().catch(() => {})
    },
  }
}

const keyOf = (message: ConsumeMessage): string | null => {
  const key: unknown = message.properties.headers?.['partitionkey']
  return typeof key === 'string' ? key : null
}

const shardOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE(0) % SHARDS
