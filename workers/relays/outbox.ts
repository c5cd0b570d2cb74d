import type { Kysely } from 'kysely'
import { createKeeper, type Held } from '../../db/leases/keeper.ts'
import { APART_MS, listenTo, LOOK_MS } from '../../db/listener.ts'
import {
  listUnsent,
  markSent,
  OUTBOX_CHANNEL,
  sendAgain,
  SENDER,
  setAside,
  setAsleep,
  type OutboxRow,
} from '../../db/outbox/outbox.ts'
import type { AcceptTables } from '../../db/operations/schema.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import { SENDERS, TOPICS } from '../../events/catalogue.ts'
import { PoisonMessage } from '../../events/envelope.ts'
import type { HandedEvent, InternalClient } from '../../internal/client.ts'
import { doubling, runLoop, type Stoppable, type Turn } from '../../lifecycle.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Service } from '../../services.ts'
import { publishTraced } from './publish-traced.ts'
import { observe } from '../../telemetry/tally.ts'
import { createPublishing, type Failed } from './publishing.ts'

/** How soon one that is not the sender looks whether that has gone, and one that could not read or send tries again. */
const AGAIN_MS = 1_000
/** When what was sent is marked at the latest, where no later event comes whose turn marks it. */
const MARK_MS = 1_000
/** Rows at once. Small enough that they are sent well within the sender's lease. */
const BATCH = 500
/** Rows of one round that mean work: below it their writers' notifications cost less than to say that nobody need notify. */
const BUSY = 20
/** For the request that wrote to answer first, and for a batch to be worth its statements. */
const LINGER_MS = 10
/** Short at its longest too: what waits for a bus is sent as soon as it is back. */
const backoffMs = doubling(AGAIN_MS, 5_000)

/**
 * Carries a service's events from its outbox to the bus. Several may run: one sends at a time. It may die or stand still between publishing
 * and marking; then the next one publishes the batch again, and consumers know its events by their ids.
 */
export function runOutboxRelay(deps: {
  service: Service
  db: Kysely<AcceptTables>
  /** Of the same database: for the connection that listens. */
  url: string
  bus: EventBus
  /** Takes events of topics that another service sends. */
  internal: Pick<InternalClient, 'handOver'>
  logger: Logger
  /** For tests. */
  leaseMs?: number
}): Stoppable {
  const { service, db, url, bus, internal, logger, leaseMs } = deps
  const place = createKeeper(db, SENDER, leaseMs)
  let mine: Held | undefined
  /** By whom it stands in the database that nobody is awake: the one before may have died at work. */
  let asleepBy: Held | undefined
  /** The bus has them and their rows do not know it: the next look marks them. After a crash they are published again. */
  let sent: string[] = []
  const publishing = createPublishing(service, async (topic, rows, events) => {
    // No transaction is open meanwhile: the bus may take its time, and may be a database itself.
    if (SENDERS[topic] === service) await publishTraced(bus, topic, events)
    else await internal.handOver(SENDERS[topic], rows.map(handed))
    sent.push(...rows.map(({ id }) => id))
    const now = Date.now()
    for (const { created_at } of rows)
      observe('scenor_event_publish_seconds', { service }, Math.max(0, now - created_at.getTime()) / 1000)
  })
  const giveUp = async (place: Held, { row, error }: Failed) => {
    const reason = error instanceof PoisonMessage ? error.message : String(error)
    await setAside(db, place, row, reason.slice(0, 1_000))
    logger.error({ err: error, service, event_id: row.id, type: row.type }, 'an event cannot be sent and is set aside')
  }
  /** @returns how many were done with: none also while another relay is the sender */
  const send = async (signal: AbortSignal) => {
    mine = await place.take()
    if (!mine) return 0
    if (mine !== asleepBy) await setAsleep(db, true)
    asleepBy = mine
    const rows = await listUnsent(db, BATCH, { sent: { place: mine, ids: sent }, withoutKeys: publishing.resting() })
    sent = []
    if (rows.length === 0 || !mine.isSure()) return 0
    const { givenUp } = await publishing.publish(rows, signal)
    for (const failed of givenUp) await giveUp(mine, failed)
    return rows.length
  }
  /** Sends all there is. @returns how many */
  const drain = async (signal: AbortSignal) => {
    for (let all = 0; ;) {
      const some = await send(signal)
      all += some
      if (some < BATCH || signal.aborted) return all
    }
  }
  /** @returns how many were done with at first */
  const carry = async ({ signal, pause }: Turn) => {
    const found = await drain(signal)
    // At rest it stays asleep in the eyes of those who write: each of them notifies, which wakes it again.
    if (found < BUSY) return found
    // At work: who writes now need not notify, since the outbox is read once more before the next sleep.
    await setAsleep(db, false)
    do await pause(APART_MS)
    while (await drain(signal))
    await setAsleep(db, true)
    // What was written after the last drain and before that line woke nobody.
    await drain(signal)
    return found
  }
  /** Until it has to look again without being woken, milliseconds. */
  const restMs = () => Math.min(mine ? LOOK_MS : AGAIN_MS, sent.length > 0 ? MARK_MS : LOOK_MS, publishing.restsMs())

  // A process before this one may not have known their topics.
  const begun = sendAgain(db, { topics: TOPICS }).catch(() => {})
  const loop = runLoop({
    name: `outbox ${service}`,
    round: async (turn) => {
      await begun
      await turn.pause(LINGER_MS)
      const found = await carry(turn)
      await turn.rest(restMs(), found > 0 ? APART_MS : 0)
      return 0
    },
    failed: (error, failures) => {
      // One line when it begins and one for each minute or so of a long outage.
      if (failures === 1 || failures % 5 === 0)
        logger.warn({ err: error, service, failures }, 'events wait in the outbox: the bus or the database is away')
      return backoffMs(failures)
    },
  })
  const listener = listenTo(url, [OUTBOX_CHANNEL], (channel) => {
    // A new connection, perhaps since the server crashed: then it has forgotten who is awake.
    if (channel === '') asleepBy = undefined
    loop.wake()
  })
  return {
    stop: async () => {
      await loop.stop()
      if (mine && sent.length > 0) await markSent(db, { place: mine, ids: sent }).catch(() => {})
      await place.free().catch(() => {})
      await listener.stop()
    },
  }
}

const handed = ({ id, type, version, key, data, request_id, traceparent, created_at }: OutboxRow): HandedEvent => ({
  ...{ id, type, version, key, data, request_id, traceparent },
  created_at: created_at.toISOString(),
})
