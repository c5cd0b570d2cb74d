import { sql, type Kysely } from 'kysely'
import { outboxBacklog } from '../db/operations/outbox.ts'
import type { Databases } from '../db/connection.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { countDeadLetters } from '../db/inbox/dead-letters.ts'
import type { EventBus } from '../events/bus.ts'
import type { Metrics } from '../metrics.ts'
import type { Service } from '../services.ts'
import type { Hearing } from './consumers.ts'

/** What waits in the services of this process: the figures that show a stuck bus or an absent Temporal server first. */
export function registerGauges(
  metrics: Metrics,
  databases: Databases,
  services: readonly Service[],
  bus: EventBus,
  hearings: readonly Hearing[],
): void {
  const each = async (read: (db: Kysely<AcceptTables>) => Promise<number>) =>
    Promise.all(services.map(async (service) => [{ service }, await read(databases[service])] as const))

  metrics.gauge('outbox_unsent', 'Events that wait to be sent', ['service'], () =>
    each(async (db) => (await outboxBacklog(db)).unsent),
  )
  metrics.gauge('outbox_oldest_unsent_seconds', 'Age of the oldest event that waits to be sent', ['service'], () =>
    each(async (db) => (await outboxBacklog(db)).oldest_s),
  )
  metrics.gauge('start_intents_waiting', 'Accepted operations whose workflow is not started yet', ['service'], () =>
    each(async (db) => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from start_intents`.execute(db)
      return rows[0]?.n ?? 0
    }),
  )
  metrics.gauge('event_bus_lag', 'Events that a consumer has not handled yet', ['consumer', 'topic'], () =>
    Promise.all(
      hearings.flatMap(({ group, topics }) =>
        topics.map(async (topic) => [{ consumer: group, topic }, await bus.lag(topic, group)] as const),
      ),
    ),
  )
  metrics.gauge('dead_letters', 'Messages that no try could handle and that wait for people', ['consumer'], () =>
    Promise.all(hearings.map(async ({ group, db }) => [{ consumer: group }, await countDeadLetters(db)] as const)),
  )
}
