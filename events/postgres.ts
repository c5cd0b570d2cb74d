import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { advance, appendToLog, logLag, openPosition, position, purgeLog, readLog } from '../db/bus/log.ts'
import { listenTo, type Listener } from '../db/listener.ts'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import type { Topic } from './catalogue.ts'
import { createDelivery } from './delivery.ts'
import { topicOf, type Envelope } from './envelope.ts'
import { createLanes } from './lanes.ts'
import { createWatermark } from './watermark.ts'

/** For when a notification was lost with its connection. */
const POLL_MS = 1_000
const BATCH = 500
const AT_ONCE = 4
/** How often the position is written at most: what is handled behind it comes again after a crash. */
const SAVE_MS = 20
const KEPT_HOURS = 72
const PURGE_MS = 600_000

/**
 * The embedded default: topics are logs in Postgres, groups have a position in each. One process of a group reads a topic at a
 * time; it holds a session lock on its listening connection, and another takes over when that connection ends.
 * @param url for the connection that listens; the same database as `db`
 */
export function createPostgresBus({ db, url }: { db: Kysely<never>; url: string }): EventBus {
  const waiting = new Set<() => void>()
  let listener: Listener | undefined
  // One for all subscriptions of the process, opened by the first: publishers need none.
  const listening = () =>
    (listener ??= listenTo(url, ['bus'], () => {
      for (const wake of waiting) wake()
    }))
  const consumers = new Set<Consumer>()

  const consume = (subscription: BusSubscription): Consumer => {
    const { topic, group } = subscription
    const stopping = new AbortController()
    const deliver = createDelivery(subscription, stopping.signal)
    let wake = () => {}
    const called = () => wake()
    waiting.add(called)
    const connection = listening()

    const lock = `consume ${topic} ${group}`

    /** Reads on until the place is lost or the consumer stops. */
    const read = async () => {
      const mine = await connection.tryLock(lock)
      if (!mine) return
      let at = await position(db, topic, group)
      let committed = at
      const mark = createWatermark<string>()
      const lanes = createLanes({ running: AT_ONCE, waiting: 2 * BATCH })
      let reached = at
      let saving: Promise<void> | undefined
      const save = async () => {
        while (committed !== reached) {
          const target = reached
          await advance(db, topic, group, target)
          committed = target
        }
      }
      const saveSoon = () =>
        void (saving ??= delay(SAVE_MS)
          .then(save)
          .catch(() => {})
          .finally(() => (saving = undefined)))
      try {
        while (!stopping.signal.aborted && mine()) {
          const woken = new Promise<void>((resolve) => (wake = resolve))
          const entries = await readLog(db, topic, at, BATCH)
          for (const { seq, key, body } of entries) {
            const done = mark.begin(seq)
            await lanes.add(key, async () => {
              await deliver({ key, body })
              reached = done() ?? reached
              saveSoon()
            })
            at = seq
          }
          if (entries.length < BATCH)
            await Promise.race([
              woken,
              delay(POLL_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {}),
            ])
        }
      } finally {
        await lanes.idle()
        await saving
        // What is handled and not committed comes again, and is known then.
        await save().catch(() => {})
      }
    }
    const loop = async () => {
      while (!stopping.signal.aborted) {
        const woken = new Promise<void>((resolve) => (wake = resolve))
        await read().catch((error: unknown) => subscription.failed?.(error, undefined))
        if (stopping.signal.aborted) break
        await Promise.race([woken, delay(POLL_MS, undefined, { signal: stopping.signal }).catch(() => {})])
      }
    }
    const done = loop()
    const consumer: Consumer = {
      stop: async () => {
        stopping.abort()
        wake()
        await done
        waiting.delete(called)
        consumers.delete(consumer)
        await connection.unlock(lock)
      },
    }
    consumers.add(consumer)
    return consumer
  }

  const purging = setInterval(() => void purgeLog(db, KEPT_HOURS).catch(() => {}), PURGE_MS)
  purging.unref()
  return {
    publish: async (batch) => {
      for (const [topic, events] of byTopic(batch))
        await appendToLog(
          db,
          topic,
          events.map((e) => ({ id: e.id, key: e.partitionkey, body: JSON.stringify(e) })),
        )
    },
    subscribe: async (subscription) => {
      await openPosition(db, subscription.topic, subscription.group)
      return consume(subscription)
    },
    lag: (topic, group) => logLag(db, topic, group),
    close: async () => {
      clearInterval(purging)
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      await listener?.stop()
    },
  }
}

function byTopic(batch: readonly Envelope[]): Map<Topic, Envelope[]> {
  return Map.groupBy(batch, topicOf)
}
