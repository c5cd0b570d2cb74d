import { setTimeout as delay } from 'node:timers/promises'
import { Admin, Consumer as Client, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import { TOPICS, type Topic } from './catalogue.ts'
import { createDelivery } from './delivery.ts'
import { topicOf } from './envelope.ts'
import { createLanes } from './lanes.ts'
import { createWatermark } from './watermark.ts'

/** More than a group has processes; a key's partition is fixed by this number, so it never changes for a topic that exists. */
const PARTITIONS = 6
const AT_ONCE = 4
const ROOM = 1_000
const COMMIT_MS = 100
const LONGEST_WAIT_MS = 10_000
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8'

export interface KafkaOptions {
  /** host:port, comma-separated. */
  readonly brokers: string
  /** Before every topic's name, for installations that share a cluster. */
  readonly prefix?: string
}

/**
 * Topics are Kafka topics, the key is the record's key, so that a partition keeps its order. The producer is idempotent (a retry of
 * the client writes nothing twice); offsets are committed by hand, and only as far as all is handled.
 */
export function createKafkaBus({ brokers, prefix = '' }: KafkaOptions): EventBus {
  const base = {
    bootstrapBrokers: brokers.split(',').map((b) => b.trim()),
    timeout: 5_000,
    connectTimeout: 5_000,
    retries: 3,
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
    const stopping = new AbortController()
    const deliver = createDelivery(subscription, stopping.signal)
    let client: Client<string, string, string, string> | undefined

    const read = async () => {
      await topicsReady()
      const reader = new Client<string, string, string, string>({
        ...base,
        clientId: `scenor-${group}`,
        groupId: `${prefix}${group}.${topic}`,
        autocommit: false,
        maxWaitTime: 200,
        sessionTimeout: 10_000,
        heartbeatInterval: 2_000,
        rebalanceTimeout: 15_000,
        deserializers: stringDeserializers,
      })
      client = reader
      const lanes = createLanes({ running: AT_ONCE, waiting: ROOM })
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
        // Refused after a rebalance: whoever has the partition now reads these again and knows them.
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
        stopping.signal.addEventListener('abort', end, { once: true })
        if (stopping.signal.aborted) end()
        for await (const { key, value, partition, offset } of stream) {
          if (stopping.signal.aborted) break
          let mark = marks.get(partition)
          // The partition was read anew from its committed offset: a rebalance.
          if (!mark || offset <= mark.last) mark = { last: offset, ...createWatermark<bigint>() }
          mark.last = offset
          marks.set(partition, mark)
          const done = mark.begin(offset)
          await lanes.add(key ?? String(partition), async () => {
            await deliver({ key: key ?? null, body: value ?? '' })
            const position = done()
            if (position !== undefined) reached.set(partition, position)
          })
        }
      } finally {
        clearInterval(timer)
        await lanes.idle()
        await commit()
        await leave(reader)
        client = undefined
      }
    }
    const loop = async () => {
      for (let waitMs = 200; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
        await read().catch((error: unknown) => subscription.failed?.(error, undefined))
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    const done = loop()
    const consumer: Consumer = {
      stop: async () => {
        stopping.abort()
        // A consumer that is still joining its group has no stream to end.
        await Promise.race([done, delay(5_000, undefined, { ref: false })])
        if (client) await leave(client)
        await done
        consumers.delete(consumer)
      },
    }
    consumers.add(consumer)
    return consumer
  }

  return {
    publish: async (batch) => {
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
            topic: nameOf(topicOf(event)),
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
