import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { ServiceAway } from '../activities/internal-client.ts'
import type { Service } from '../services.ts'
import { isUnavailable } from '../db/connection.ts'
import { claimReplay, keepDeadLetter, noteFailedReplay, removeDeadLetter } from '../db/inbox/dead-letters.ts'
import { purgeInbox } from '../db/inbox/inbox.ts'
import type { InboxTables } from '../db/inbox/schema.ts'
import type { BusSubscription, Consumer, EventBus } from '../events/bus.ts'
import type { CONSUMER_GROUPS, Topic } from '../events/catalogue.ts'
import { decodeEnvelope, type Envelope } from '../events/envelope.ts'
import type { Logger } from '../logger.ts'
import { stepOf, withTrace } from '../trace.ts'

const REPLAY_POLL_MS = 2_000
const SUBSCRIBE_AGAIN_MS = 1_000
const PURGE_MS = 3_600_000

/** What a service hears of the others. */
export interface Hearing {
  readonly group: (typeof CONSUMER_GROUPS)[number] & Service
  readonly topics: readonly Topic[]
  readonly handle: (event: Envelope) => Promise<void>
  /** Where its dead letters are. */
  readonly db: Kysely<InboxTables>
}

/** Feeds a service from the bus, and handles its dead letters again when an operator asks for it. */
export function runConsumer(
  { group, topics, handle: effect, db }: Hearing,
  { bus, logger }: { bus: EventBus; logger: Logger },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  /** In the trace of what the event tells of: what comes of it belongs there. */
  const handle = (event: Envelope) => withTrace(stepOf(event.traceparent), () => effect(event))
  /** A bus that is away now is no reason to end the process: events wait in the outboxes. */
  const patiently = async (subscription: BusSubscription): Promise<Consumer | undefined> => {
    while (!stopping.signal.aborted) {
      try {
        return await bus.subscribe(subscription)
      } catch (error) {
        logger.warn({ err: error, topic: subscription.topic }, 'the event bus is away')
        await delay(SUBSCRIBE_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    return undefined
  }
  const consumers = topics.map((topic) =>
    patiently({
      topic,
      group,
      handle,
      park: async (letter) => {
        await keepDeadLetter(db, letter)
        logger.error({ topic, reason: letter.reason, tries: letter.tries }, 'an event was set aside as a dead letter')
      },
      transient: (error) => isUnavailable(error) || error instanceof ServiceAway,
      failed: (error, event) =>
        logger.warn({ err: error, topic, event_id: event?.id, type: event?.type }, 'an event could not be handled'),
    }),
  )

  const replayOne = async () => {
    const letter = await db.transaction().execute((trx) => claimReplay(trx, group))
    if (!letter) return false
    try {
      // Its inbox row makes it harmless that another process may have claimed it too.
      await handle(decodeEnvelope(letter.body))
      await removeDeadLetter(db, letter.id)
      logger.info({ dead_letter: letter.id, topic: letter.topic }, 'a dead letter was handled')
    } catch (error) {
      const reason =
        error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown'
      await noteFailedReplay(db, letter.id, reason.slice(0, 1_000))
    }
    return true
  }
  const loop = async () => {
    for (let purged = 0; !stopping.signal.aborted;) {
      try {
        while (await replayOne());
        if (Date.now() - purged > PURGE_MS) {
          purged = Date.now()
          await purgeInbox(db)
        }
      } catch (error) {
        logger.warn({ err: error }, 'dead letters could not be read')
      }
      await delay(REPLAY_POLL_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = loop()
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(consumers.map(async (consumer) => (await consumer)?.stop()))
      await done
    },
  }
}
