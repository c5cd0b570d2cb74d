import type { QueryExecutorProvider } from 'kysely'
import { advance, appendToLog, logLag, openPosition, position, readLog } from '../../db/bus/log.ts'
import { createKeeper, type Held } from '../../db/leases/keeper.ts'
import { APART_MS, listenTo, LOOK_MS } from '../../db/listener.ts'
import { runLoop, type Stoppable, type Turn } from '../../lifecycle.ts'
import { joinSignals } from '../../network/joined-signal.ts'
import type { BusSubscription, Consumer, EventBus } from './bus.ts'
import { createDelivery } from './delivery.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import { createWatermark } from './watermark.ts'

/** How soon one that has no place, or could not read, tries again. */
const AGAIN_MS = 1_000
const BATCH = 500
const CONCURRENCY = 4
/** When the position is written at the latest, where no later turn writes it: what is handled behind it comes again after a crash. */
const SAVE_MS = 1_000

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
      leaving.addEventListener('abort', loop.wake, { once: true })
      const deliver = createDelivery(subscription, leaving)
      let at = await position(db, topic, group)
      let committed: string | undefined = at
      const mark = createWatermark<string>()
      const queue = createKeyedQueue({ concurrency: CONCURRENCY, capacity: 2 * BATCH })
      let reached = at
      let saving: NodeJS.Timeout | undefined
      /** What is to be written of it, and counts as written. */
      const unsaved = () => {
        clearTimeout(saving)
        saving = undefined
        if (committed === reached) return undefined
        committed = reached
        return { place: mine, consumer: group, seq: reached }
      }
      const save = async () => {
        const reached = unsaved()
        // What is handled and not written comes again after a crash, and is known then.
        if (reached) await advance(db, topic, reached).catch(() => void (committed = undefined))
      }
      try {
        while (!leaving.aborted && mine.isSure()) {
          const entries = await readLog(db, topic, at, BATCH, unsaved())
          for (const { seq, key, body } of entries) {
            const done = mark.begin(seq)
            await queue.add(key, async (yielding) => {
              // A process that stood still finds here what another has handled meanwhile.
              if (!mine.isSure()) return
              await deliver({ key, body }, yielding)
              reached = done() ?? reached
              saving ??= setTimeout(() => void save(), SAVE_MS)
            })
            at = seq
          }
          if (entries.length < BATCH) await rest(LOOK_MS, entries.length > 0 ? APART_MS : 0)
        }
      } finally {
        await queue.idle()
        await save()
      }
    }
    const loop = runLoop({
      round: async (turn) => {
        const mine = await place.take()
        if (mine) await read(mine, turn)
        return AGAIN_MS
      },
      failed: (error) => {
        subscription.failed?.(error, undefined)
        return AGAIN_MS
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
