import { setTimeout as delay } from 'node:timers/promises'
import { Admin, Consumer as Client, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { doubling, runLoop, type Turn } from '../../lifecycle.ts'
import { connectingWith, type OwnTls } from '../../network/own-tls.ts'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import { TOPICS, type Topic } from '../catalogue.ts'
import { createDelivery } from './delivery.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import { createWatermark } from './watermark.ts'

/** More than a group has processes; a key's partition is fixed by this number, so it never changes for a topic that exists. */
const PARTITIONS = 6
const CONCURRENCY = 4
const CAPACITY = 1_000
const COMMIT_MS = 100
/** Longer than a broker may keep a member waiting for the others of its group. */
const SILENCE_MS = 10_000
const REBALANCE_MS = 8_000
const FIRST_WAIT_MS = 200
const backoffMs = doubling(FIRST_WAIT_MS, 5_000)
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8'

export interface KafkaOptions {
  /** host:port, comma-separated. */
  readonly brokers: string
  /** Before every topic's name, for installations that share a cluster. */
  readonly prefix?: string
  /** What the broker is shown, and whom it must be signed by; default: no TLS. */
  readonly tls?: OwnTls | undefined
}

/**
 * Topics are Kafka topics, the key is the record's key, so that a partition keeps its order. The producer is idempotent (a retry of
 * the client writes nothing twice); offsets are committed by hand, and only as far as all is handled.
 */
export function createKafkaBus({ brokers, prefix = '', tls }: KafkaOptions): EventBus {
  const base = {
    bootstrapBrokers: brokers.split(',').map((b) => b.trim()),
    timeout: 5_000,
    connectTimeout: 5_000,
    // A broker that is gone without a word answers no request: its client is given up then, and another one connects anew.
    requestTimeout: SILENCE_MS,
    retries: 3,
    // The client copies it for each connection, and so reads the files of then.
    ...(tls && { tls: connectingWith(tls) }),
  }
  const nameOf = (topic: Topic) => `${prefix}${topic}`
  let producer: Producer<string, string, string, string> | undefined
  let ready: Promise<void> | undefined
  const consumers = new Set<Consumer>()

  /** Topics are made by us, with our number of partitions; brokers make none by themselves in production. */
  const topicsReady = () =>
    (ready ??= ensureTopics().catch((error: unknown) => {
      ready = undefined
      throw error
    }))
  const ensureTopics = async () => {
    const admin = new Admin({ ...base, clientId: 'scenor-topics' })
    try {
      const existing = new Set(await admin.listTopics())
      const missing = TOPICS.map(nameOf).filter((name) => !existing.has(name))
      // The broker's default number of replicas: an operator's decision.
      if (missing.length > 0) await admin.createTopics({ topics: missing, partitions: PARTITIONS, replicas: -1 })
    } catch (error) {
      // Another process was faster.
      const existing = new Set(await admin.listTopics().catch(() => []))
      if (!TOPICS.every((t) => existing.has(nameOf(t)))) throw error
    } finally {
      await admin.close().catch(() => {})
    }
  }

  const consume = (subscription: BusSubscription): Consumer => {
    const { topic, group } = subscription
    let client: Client<string, string, string, string> | undefined

    const read = async ({ signal }: Turn) => {
      const deliver = createDelivery(subscription, signal)
      await topicsReady()
      const reader = new Client<string, string, string, string>({
        ...base,
        clientId: `scenor-${group}`,
        groupId: `${prefix}${group}.${topic}`,
        autocommit: false,
        maxWaitTime: 200,
        // A process that stands still loses its partitions after this.
        sessionTimeout: REBALANCE_MS,
        heartbeatInterval: 2_000,
        rebalanceTimeout: REBALANCE_MS,
        deserializers: stringDeserializers,
      })
      client = reader
      const queue = createKeyedQueue({ concurrency: CONCURRENCY, capacity: CAPACITY })
      const marks = new Map<number, { last: bigint; begin: (offset: bigint) => () => bigint | undefined }>()
      const reached = new Map<number, bigint>()
      let committing: Promise<void> = Promise.resolve()
      const commit = () => {
        const offsets = [...reached].map(([partition, offset]) => ({
          topic: nameOf(topic),
          partition,
          // The next one to read.
          offset: offset + 1n,
          leaderEpoch: 0,
        }))
        reached.clear()
        // Refused after a rebalance: the process that has the partition now reads these again and knows them.
        if (offsets.length > 0) committing = committing.then(() => reader.commit({ offsets })).catch(() => {})
        return committing
      }
      const timer = setInterval(() => void commit(), COMMIT_MS)
      try {
        const stream = await reader.consume({
          topics: [nameOf(topic)],
          autocommit: false,
          mode: 'committed',
          fallbackMode: 'earliest',
        })
        const end = () => void stream.close().catch(() => {})
        signal.addEventListener('abort', end, { once: true })
        if (signal.aborted) end()
        for await (const { key, value, partition, offset } of stream) {
          if (signal.aborted) break
          let mark = marks.get(partition)
          // The partition was read anew from its committed offset: a rebalance.
          if (!mark || offset <= mark.last) mark = { last: offset, ...createWatermark<bigint>() }
          mark.last = offset
          marks.set(partition, mark)
          const done = mark.begin(offset)
          await queue.add(key ?? String(partition), async (yielding) => {
            await deliver({ key: key ?? null, body: value ?? '' }, yielding)
            const position = done()
            if (position !== undefined) reached.set(partition, position)
          })
        }
      } finally {
        clearInterval(timer)
        await queue.idle()
        await commit()
        await leave(reader)
        client = undefined
      }
    }
    const loop = runLoop({
      round: async (turn) => {
        await read(turn)
        return FIRST_WAIT_MS
      },
      failed: (error, failures) => {
        subscription.failed?.(error, undefined)
        return backoffMs(failures)
      },
    })
    const consumer: Consumer = {
      stop: async () => {
        const stopped = loop.stop()
        // A consumer that is still joining its group has no stream to end.
        await Promise.race([stopped, delay(5_000, undefined, { ref: false })])
        if (client) await leave(client)
        await stopped
        consumers.delete(consumer)
      },
    }
    consumers.add(consumer)
    return consumer
  }

  return {
    publish: async (topic, batch) => {
      await topicsReady()
      const sender = (producer ??= new Producer({
        ...base,
        clientId: 'scenor-relay',
        idempotent: true,
        acks: -1,
        serializers: stringSerializers,
      }))
      try {
        await sender.send({
          messages: batch.map((event) => ({
            topic: nameOf(topic),
            key: event.partitionkey,
            value: JSON.stringify(event),
            headers: { 'content-type': CONTENT_TYPE },
          })),
        })
      } catch (error) {
        // Its sequence numbers are in doubt now; the next batch begins with a new producer.
        producer = undefined
        void sender.close().catch(() => {})
        throw error
      }
    },
    subscribe: async (subscription) => {
      await topicsReady()
      return consume(subscription)
    },
    lag: async (topic, group) => {
      await topicsReady()
      const reader = new Client({ ...base, clientId: 'scenor-lag', groupId: `${prefix}${group}.${topic}` })
      try {
        const name = nameOf(topic)
        const partitions = Array.from({ length: PARTITIONS }, (_, n) => n)
        const [ends, begins, committed] = await Promise.all([
          reader.listOffsets({ topics: [name], timestamp: -1n }),
          reader.listOffsets({ topics: [name], timestamp: -2n }),
          reader.listCommittedOffsets({ topics: [{ topic: name, partitions }] }),
        ])
        return partitions.reduce((sum, n) => {
          const at = committed.get(name)?.[n] ?? -1n
          const from = at >= 0n ? at : (begins.get(name)?.[n] ?? 0n)
          return sum + Number((ends.get(name)?.[n] ?? 0n) - from)
        }, 0)
      } finally {
        await leave(reader)
      }
    },
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      await producer?.close().catch(() => {})
    },
  }
}

/** Leaves the group, so that its partitions go to others at once. (The client's types hide that this form gives a promise.) */
async function leave(client: { close(force: boolean): unknown }): Promise<void> {
  try {
    await client.close(true)
  } catch {
    // Its connections are gone already.
  }
}
