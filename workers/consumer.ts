import type { Kysely } from 'kysely'
import type { Service } from '../services.ts'
import {
  DEAD_LETTERS_CHANNEL,
  giveUpWaiting,
  keepDeadLetter,
  nextReplay,
  noteFailedReplay,
  removeDeadLetter,
} from '../db/inbox/dead-letters.ts'
import type { InboxTables } from '../db/inbox/schema.ts'
import { listenTo, LOOK_MS } from '../db/listener.ts'
import type { BusSubscription, Consumer, EventBus } from '../events/bus/bus.ts'
import type { CONSUMER_GROUPS, Topic } from '../events/catalogue.ts'
import { isFaultOfMessage } from '../events/bus/faults.ts'
import { decodeEnvelope, KNOWN_SCHEMAS, UnknownEvent, type Envelope } from '../events/envelope.ts'
import { retry, runLoop, stopAll, type Stoppable } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { inStep, KIND } from '../telemetry/spans.ts'
import { observe } from '../telemetry/tally.ts'

/** Before a dead letter is tried once more that something else hinders. */
const REPLAY_AGAIN_MS = 2_000
const WAITING_MS = 3_600_000
const SUBSCRIBE_AGAIN_MS = 1_000

/** Which events of the others a service handles, and how. */
export interface Subscription {
  readonly group: (typeof CONSUMER_GROUPS)[number] & Service
  readonly topics: readonly Topic[]
  readonly handle: (event: Envelope) => Promise<void>
  /** Where its dead letters are. */
  readonly db: Kysely<InboxTables>
}

/** Feeds a service from the bus, and handles its dead letters again when an operator asks for it. */
export function runConsumer(
  { group, topics, handle: effect, db }: Subscription,
  {
    bus,
    url,
    logger,
    backoffMs,
  }: {
    readonly bus: EventBus
    /** Of the service's database: for the connection that listens. */
    readonly url: string
    readonly logger: Logger
    /** Pauses between tries; for tests. */
    readonly backoffMs?: (failed: number) => number
  },
): Stoppable {
  const stopping = new AbortController()
  /** In the trace of what the event tells of: what comes of it belongs there. */
  const handle = async (topic: string, event: Envelope) => {
    await inStep(
      {
        name: `process ${topic}`,
        kind: KIND.consumer,
        parent: event.traceparent ?? null,
        attributes: () => ({
          'messaging.operation.type': 'process',
          'messaging.destination.name': topic,
          'messaging.consumer.group.name': group,
          'messaging.message.id': event.id,
          'scenor.event.type': event.type,
        }),
        fields: { event_id: event.id, type: event.type, consumer: group, request_id: event.correlationid },
      },
      () => effect(event),
    )
    const seconds = Math.max(0, Date.now() - Date.parse(event.time)) / 1000
    observe('scenor_event_handled_seconds', { consumer: group }, seconds)
  }
  /** What nobody here knows is put where a newer process finds it, so that it holds up nobody. Later events of its key go before it. */
  const handleOrKeep = (topic: Topic) => async (event: Envelope) => {
    try {
      await handle(topic, event)
    } catch (error) {
      if (!(error instanceof UnknownEvent)) throw error
      const { partitionkey: key, type, dataschema } = event
      const letter = { topic, group, key, body: JSON.stringify(event), reason: reasonOf(error), tries: 1 }
      await keepDeadLetter(db, letter, dataschema)
      logger.warn({ topic, type, dataschema }, 'an event waits for a newer process')
    }
  }
  /** A bus that is away now is no reason to end the process: events wait in the outboxes. */
  const subscribe = (subscription: BusSubscription): Promise<Consumer | undefined> =>
    retry(() => bus.subscribe(subscription), {
      backoffMs: () => SUBSCRIBE_AGAIN_MS,
      failed: (error) => logger.warn({ err: error, topic: subscription.topic }, 'the event bus is away'),
      signal: stopping.signal,
    }).catch(() => undefined)
  const consumers = topics.map((topic) =>
    subscribe({
      topic,
      group,
      handle: handleOrKeep(topic),
      deadLetter: async (letter) => {
        await keepDeadLetter(db, letter)
        logger.error({ topic, reason: letter.reason, tries: letter.tries }, 'an event became a dead letter')
      },
      isFaultOfMessage,
      ...(backoffMs && { backoffMs }),
      failed: (error, event) =>
        logger.warn({ err: error, topic, event_id: event?.id, type: event?.type }, 'an event could not be handled'),
    }),
  )

  const replayOne = async () => {
    const letter = await nextReplay(db, group, KNOWN_SCHEMAS)
    if (!letter) return false
    try {
      // Its inbox row makes it harmless that another process may have it too.
      await handle(letter.topic, decodeEnvelope(letter.body))
      await removeDeadLetter(db, letter.id)
      logger.info({ dead_letter: letter.id, topic: letter.topic }, 'a dead letter was handled')
    } catch (error) {
      // Nobody asked for it: it goes on waiting for what hinders it.
      if (letter.replay_wanted_at === null && !isFaultOfMessage(error)) throw error
      await noteFailedReplay(db, letter.id, reasonOf(error))
    }
    return true
  }
  const failed = (error: unknown) => {
    logger.warn({ err: error }, 'dead letters could not be read')
    return REPLAY_AGAIN_MS
  }
  const replays = runLoop({
    name: `dead letters ${group}`,
    round: async () => {
      while (await replayOne());
      return LOOK_MS
    },
    failed,
  })
  const listener = listenTo(url, [DEAD_LETTERS_CHANNEL], replays.wake)
  const waiting = runLoop({
    name: `waiting letters ${group}`,
    round: async () => {
      const letters = await giveUpWaiting(db, group)
      if (letters > 0) logger.error({ consumer: group, letters }, 'events waited too long for a newer process')
      return WAITING_MS
    },
    failed,
  })
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(consumers.map(async (consumer) => (await consumer)?.stop()))
      await stopAll([replays, waiting, listener])
    },
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown').slice(0, 1_000)
