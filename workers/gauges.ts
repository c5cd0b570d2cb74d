import { sql, type Kysely } from 'kysely'
import { outboxBacklog } from '../db/operations/outbox.ts'
import type { Databases } from '../db/connection.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import type { Metrics } from '../metrics.ts'
import type { Service } from '../services.ts'

/** What waits in the services of this process: the figures that show a stuck bus or an absent Temporal server first. */
export function registerGauges(metrics: Metrics, databases: Databases, services: readonly Service[]): void {
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
}
