import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { listenTo } from '../db/listener.ts'
import { listUnsent, markSent, purgeSent, setAsleep, trySend } from '../db/operations/outbox.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import type { EventBus } from '../events/bus.ts'
import { envelopeOf } from '../events/envelope.ts'
import type { Logger } from '../logger.ts'
import type { Service } from '../services.ts'

/** For when nobody was asleep to be woken, or a notification was lost. */
const POLL_MS = 1_000
/** Rows a transaction. Small enough that the sender's place and its connection are never held long. */
const BATCH = 500
/** Rows of one round that mean work: below it their writers' notifications cost less than to say that nobody need notify. */
const BUSY = 20
/** For the request that wrote to answer first, and for a batch to be worth its statements. */
const LINGER_MS = 10
const LONGEST_WAIT_MS = 15_000
const PURGE_MS = 60_000
const PURGE_BATCH = 1_000

export interface OutboxRelay {
  stop(): Promise<void>
}

/**
 * Carries a service's events from its outbox to the bus. Several may run: one sends at a time. It may die between publishing and
 * marking; then the next one publishes the batch again, and consumers know its events by their ids.
 */
export function runOutboxRelay(deps: {
  service: Service
  db: Kysely<AcceptTables>
  /** Of the same database: for the connection that listens. */
  url: string
  bus: EventBus
  logger: Logger
}): OutboxRelay {
  const { service, db, url, bus, logger } = deps
  const stopping = new AbortController()
  let wake = () => {}
  const listener = listenTo(url, ['outbox'], () => wake())

  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})

  /** @returns how many were sent: none also while another relay is the sender */
  const send = () =>
    db.transaction().execute(async (trx: Transaction<AcceptTables>) => {
      if (!(await trySend(trx))) return 0
      const rows = await listUnsent(trx, BATCH)
      if (rows.length === 0) return 0
      await bus.publish(rows.map((row) => envelopeOf(service, row)))
      // A crash here: the bus has them and the rows do not know it.
      await markSent(
        trx,
        rows.map((row) => row.id),
      )
      return rows.length
    })
  /** Sends all there is. @returns how many */
  const drain = async () => {
    for (let all = 0; ;) {
      const sent = await send()
      all += sent
      if (sent < BATCH || stopping.signal.aborted) return all
    }
  }
  const round = async () => {
    // At rest it stays asleep in the eyes of those who write: each of them notifies, which wakes it again.
    if ((await drain()) < BUSY) return
    // At work: who writes now need not notify, since the outbox is read once more before the next sleep.
    await setAsleep(db, false)
    while (await drain()) await pause(LINGER_MS)
    await setAsleep(db, true)
    // What was written after the last drain and before that line woke nobody.
    await drain()
  }
  const purge = async () => {
    while (!stopping.signal.aborted && (await purgeSent(db, PURGE_BATCH)) === PURGE_BATCH);
  }

  const loop = async () => {
    // After a crash of the last sender it may still say that somebody is awake.
    await setAsleep(db, true).catch(() => {})
    let purged = 0
    let failures = 0
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      let waitMs = POLL_MS
      try {
        await round()
        if (Date.now() - purged > PURGE_MS) {
          purged = Date.now()
          await purge()
        }
        failures = 0
      } catch (error) {
        failures++
        waitMs = Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
        // One line when it begins and one for each minute or so of a long outage.
        if (failures === 1 || failures % 5 === 0)
          logger.warn({ err: error, service, failures }, 'events wait in the outbox: the bus or the database is away')
        await pause(waitMs)
        continue
      }
      const timer = new AbortController()
      await Promise.race([woken, delay(waitMs, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
      await pause(LINGER_MS)
    }
  }
  const done = loop()
  return {
    stop: async () => {
      stopping.abort()
      wake()
      await done
      await listener.stop()
    },
  }
}
