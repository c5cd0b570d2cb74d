import type { Service } from '../../services.ts'
import { ai } from './ai.ts'
import { auth } from './auth.ts'
import { notifications } from './notifications.ts'
import { scenarios } from './scenarios.ts'
import type { Subscription } from '../consumer.ts'
import type { ServiceDefinition, ServiceDeps } from './service.ts'
import { users } from './users.ts'

/** What the workers of each service do. */
export const DEFINITIONS: { readonly [S in Service]: ServiceDefinition<S> } = {
  auth,
  users,
  scenarios,
  ai,
  notifications,
}

/** What a service hears of the others. */
export const subscriptionsOf = <S extends Service>(service: S, deps: ServiceDeps<S>): readonly Subscription[] => {
  const { subscriptions }: ServiceDefinition<S> = DEFINITIONS[service]
  return subscriptions.map((subscription) => subscription(deps))
}
