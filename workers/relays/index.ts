import { hasOperations } from '../../contracts/kinds.ts'
import type { AcceptTables } from '../../db/operations/schema.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import type { Stoppable } from '../../lifecycle.ts'
import type { Service } from '../../services.ts'
import { runConsumer } from '../consumer.ts'
import { DEFINITIONS, subscriptionsOf } from '../services/index.ts'
import type { ServiceDefinition, ServiceDeps } from '../services/service.ts'
import { runReconciling, runStartsAndCancels } from './operations.ts'
import { runOutboxRelay } from './outbox.ts'
import { runPurges } from './purges.ts'
import type { End } from './reconcile.ts'

/** All that carries a service's rows on without being asked: its operations, its events, what it promised, what it hears. */
export function runRelays<S extends Service>(
  service: S,
  deps: ServiceDeps<S>,
  bus: EventBus,
  end: End,
): readonly Stoppable[] {
  const { db, client, config, internal, logger } = deps
  const { relays }: ServiceDefinition<S> = DEFINITIONS[service]
  const operations = { service, db, client, suffix: config.TASK_QUEUE_SUFFIX, logger }
  const url = config.listenUrls?.[service] ?? ''
  return [
    ...(hasOperations(service) ? [runStartsAndCancels(operations), runReconciling(operations, end)] : []),
    runOutboxRelay({ service, db, url, bus, internal, logger }),
    ...relays.map((run) => run(deps)),
    ...runPurges<AcceptTables>(service, { db, logger }),
    ...subscriptionsOf(service, deps).map((subscription) => runConsumer(subscription, { bus, url, logger })),
  ]
}
