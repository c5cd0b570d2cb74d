import { setTimeout as delay } from 'node:timers/promises'
import type { QueryExecutorProvider } from 'kysely'
import { advance, appendToLog, logLag, openPosition, position, readLog } from '../../db/bus/log.ts'
import { createKeeper, type Held } from '../../db/leases/keeper.ts'
import { listenTo } from '../../db/listener.ts'
import { runLoop, type Stoppable, type Turn } from '../../lifecycle.ts'
import { joinSignals } from '../../network/joined-signal.ts'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import { createDelivery } from './delivery.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import { createWatermark } from './watermark.ts'

/** For when a notification was lost with its connection. */
const POLL_MS = 1_000
const BATCH = 500
const CONCURRENCY = 4
/** How often the position is written at most: what is handled behind it comes again after a crash. */
const SAVE_MS = 100

/**
 * The embedded default: topics are logs in Postgres, groups have a position in each. One process of a group reads a topic at a
 * time; it holds a lease, and another takes over when that is let go of or runs out.
 * @param options.url for the connection that listens; the same database as `db`
 * @param options.leaseMs for tests
 */
export function createPostgresBus({
  db,
  url,
  leaseMs,
}: {
  readonly db: QueryExecutorProvider
  readonly url: string
  readonly leaseMs?: number
}): EventBus {
  /** Who waits for entries, by their topics. */
  const waiting = new Map<() => void, string>()
  let listener: Stoppable | undefined
  // One for all subscriptions of the process, opened by the first: publishers need none.
  const listening = () =>
    (listener ??= listenTo(url, ['bus'], (_, topic) => {
      // An empty one means a new connection: anything may have been missed.
      for (const [wake, awaited] of waiting) if (topic === '' || topic === awaited) wake()
    }))
  const consumers = new Set<Consumer>()

  const consume = (subscription: BusSubscription): Consumer => {
    const { topic, group } = subscription
    listening()
    const place = createKeeper(db, `consume ${topic} ${group}`, leaseMs)

    /** Reads on until the place is lost or the consumer stops. */
    const read = async (mine: Held, { signal, rest }: Turn) => {
      using left = joinSignals([signal, mine.lost])
      const leaving = left.signal
      const deliver = createDelivery(subscription, leaving)
      let at = await position(db, topic, group)
      let committed = at
      const mark = createWatermark<string>()
      const queue = createKeyedQueue({ concurrency: CONCURRENCY, capacity: 2 * BATCH })
      let reached = at
      let saving: Promise<void> | undefined
      const save = async () => {
        while (committed !== reached) {
          const target = reached
          await advance(db, mine, topic, group, target)
          committed = target
        }
      }
      const saveSoon = () =>
        void (saving ??= delay(SAVE_MS)
          .then(save)
          .catch(() => {})
          .finally(() => (saving = undefined)))
      try {
        while (!leaving.aborted && mine.isSure()) {
          const entries = await readLog(db, topic, at, BATCH)
          for (const { seq, key, body } of entries) {
            const done = mark.begin(seq)
            await queue.add(key, async (yielding) => {
              // A process that stood still finds here what another has handled meanwhile.
              if (!mine.isSure()) return
              await deliver({ key, body }, yielding)
              reached = done() ?? reached
              saveSoon()
            })
            at = seq
          }
          if (entries.length < BATCH) await rest(POLL_MS)
        }
      } finally {
        await queue.idle()
        await saving
        // What is handled and not committed comes again, and is known then.
        await save().catch(() => {})
      }
    }
    const loop = runLoop({
      round: async (turn) => {
        const mine = await place.take()
        if (mine) await read(mine, turn)
        return POLL_MS
      },
      failed: (error) => {
        subscription.failed?.(error, undefined)
        return POLL_MS
      },
    })
    waiting.set(loop.wake, topic)
    const consumer: Consumer = {
      stop: async () => {
        await loop.stop()
        waiting.delete(loop.wake)
        consumers.delete(consumer)
        await place.free().catch(() => {})
      },
    }
    consumers.add(consumer)
    return consumer
  }

  return {
    publish: (topic, batch) =>
      appendToLog(
        db,
        topic,
        batch.map((e) => ({ id: e.id, key: e.partitionkey, body: JSON.stringify(e) })),
      ),
    subscribe: async (subscription) => {
      await openPosition(db, subscription.topic, subscription.group)
      return consume(subscription)
    },
    lag: (topic, group) => logLag(db, topic, group),
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      await listener?.stop()
    },
  }
}
