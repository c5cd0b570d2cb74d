import { stat } from 'node:fs/promises'
import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { waitingIntents } from '../db/operations/intents.ts'
import { countedAs, openOperations } from '../db/operations/operations.ts'
import { countSetAside, outboxBacklog } from '../db/outbox/outbox.ts'
import type { Databases } from '../db/databases.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { countDeadLetters } from '../db/inbox/dead-letters.ts'
import { countWaitingDeliveries } from '../db/notifications/deliveries.ts'
import { registerPoolGauges } from '../db/pool-gauges.ts'
import type { EventBus } from '../events/bus/bus.ts'
import { registerKeyGauges } from '../keys/gauges.ts'
import type { Keys } from '../keys/keys.ts'
import { runningLoops } from '../lifecycle.ts'
import { CURRENCY } from '../llm/prices.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { lastSuccess } from '../temporal/executions.ts'
import type { Service } from '../services.ts'
import type { Subscription } from './consumer.ts'
import { createLedgerTotal } from './ledger-total.ts'
import { DEFINITIONS } from './services/index.ts'

/** What waits in the services of this process: the figures that show a stuck bus or an absent Temporal server first. */
export function registerGauges(
  metrics: Metrics,
  deps: {
    databases: Databases
    config: Config
    keys: Keys
    client: Client
    subscriptions: readonly Subscription[]
    bus: EventBus
  },
): void {
  const { databases, config, keys, client, subscriptions, bus } = deps
  const services = config.WORKERS
  const each = async <T>(read: (db: Kysely<AcceptTables>) => Promise<T>): Promise<(readonly [Service, T])[]> =>
    Promise.all(services.map(async (service) => [service, await read(databases[service])] as const))
  const byService = async (read: (db: Kysely<AcceptTables>) => Promise<number>) =>
    (await each(read)).map(([service, value]) => [{ service }, value] as const)

  // Before all that asks a database: readings are begun in this order, and those below would show as queries that wait.
  registerPoolGauges(metrics, databases, services)
  metrics.gauge('scenor_outbox_waiting', () => byService(async (db) => (await outboxBacklog(db)).unsent))
  metrics.gauge('scenor_outbox_oldest_seconds', () => byService(async (db) => (await outboxBacklog(db)).oldest_s))
  metrics.gauge('scenor_outbox_set_aside', () => byService(countSetAside))
  metrics.gauge('scenor_start_intents_waiting', () => byService(async (db) => (await waitingIntents(db)).n))
  metrics.gauge('scenor_start_intents_oldest_seconds', () =>
    byService(async (db) => (await waitingIntents(db)).oldest_s),
  )
  const open = async () =>
    (await each(openOperations)).flatMap(([, rows]) =>
      rows.map(({ stage, open, oldest_s, ...row }) => ({
        labels: { kind: countedAs({ kind: row.kind, input: row.scene ? { scene_id: '' } : {} }), stage },
        ...{ open, oldest_s },
      })),
    )
  metrics.gauge('scenor_operations_open', async () => (await open()).map(({ labels, open: n }) => [labels, n] as const))
  metrics.gauge('scenor_operations_oldest_seconds', async () =>
    (await open()).map(({ labels, oldest_s }) => [labels, oldest_s] as const),
  )
  metrics.gauge('scenor_event_bus_lag', () =>
    Promise.all(
      subscriptions.flatMap(({ group, topics }) =>
        topics.map(async (topic) => [{ consumer: group, topic }, await bus.lag(topic, group)] as const),
      ),
    ),
  )
  metrics.gauge('scenor_loop_round_seconds', async () =>
    runningLoops().map(({ name, silentS }) => [{ loop: name }, silentS] as const),
  )
  metrics.gauge('scenor_dead_letters', () =>
    Promise.all(
      subscriptions.map(async ({ group, db }) => [{ consumer: group }, (await countDeadLetters(db)).dead] as const),
    ),
  )
  metrics.gauge('scenor_events_waiting_for_newer', () =>
    Promise.all(
      subscriptions.map(async ({ group, db }) => [{ consumer: group }, (await countDeadLetters(db)).waiting] as const),
    ),
  )
  if (services.includes('notifications'))
    metrics.gauge('scenor_deliveries_waiting', async () =>
      (await countWaitingDeliveries(databases.notifications)).map(({ channel, n }) => [{ channel }, n] as const),
    )
  if (services.includes('ai')) {
    const total = createLedgerTotal(databases.ai)
    metrics.gauge('scenor_ledger_settled_micros', async () => [[{ currency: CURRENCY }, await total()]])
  }
  const schedules = services.flatMap((service) =>
    DEFINITIONS[service].schedules.map((schedule) => schedule(config.TASK_QUEUE_SUFFIX).scheduleId),
  )
  metrics.gauge('scenor_schedule_last_success_seconds', async () =>
    (
      await Promise.all(
        schedules.map(async (schedule) => {
          const at = await lastSuccess(client, schedule)
          return at ? [[{ schedule }, at.getTime() / 1000] as const] : []
        }),
      )
    ).flat(),
  )
  const { BACKUP_MARK: mark } = config
  metrics.gauge('scenor_backup_last_success_seconds', async () =>
    mark === undefined ? [] : [[{}, (await stat(mark)).mtimeMs / 1000]],
  )
  registerKeyGauges(metrics, config, keys)
}
