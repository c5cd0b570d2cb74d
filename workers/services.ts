import { createAiActivities } from '../activities/ai/index.ts'
import type { ScriptProvider } from '../activities/ai/provider.ts'
import type { Client } from '@temporalio/client'
import { createAuthActivities, createPersonExecutions } from '../activities/auth/index.ts'
import { createInternalClient } from '../activities/internal-client.ts'
import { createNotificationsActivities } from '../activities/notifications/index.ts'
import { createDeliveryActivities } from '../activities/notifications/deliver.ts'
import { createMailer } from '../activities/notifications/mail.ts'
import { createSmsProvider } from '../activities/notifications/sms.ts'
import { createPushSender, pushSubject } from '../activities/notifications/web-push.ts'
import { createScenariosActivities } from '../activities/scenarios/index.ts'
import { createSharingActivities } from '../activities/scenarios/sharing.ts'
import { createUsersActivities } from '../activities/users/index.ts'
import type { Config } from '../config.ts'
import type { Databases } from '../db/connection.ts'
import type { Keys } from '../keys.ts'
import { budgetOf } from '../models/budget.ts'
import { createUnsubscribeTokens } from '../notifications/unsubscribe.ts'
import type { Service } from '../services.ts'

export interface WorkerDeps {
  readonly config: Config
  readonly databases: Databases
  readonly keys: Keys
  readonly provider: ScriptProvider
  /** For what an activity does to executions: erasure deletes a person's. */
  readonly client: Client
}

/** What a service's worker runs, and how much at a time. */
export interface ServiceWorker {
  readonly activities: Record<string, (input: never) => Promise<unknown>>
  /** Whether workflows start on this queue. */
  readonly workflows: boolean
  readonly maxConcurrentActivities: number
  /** Activities a second that the server hands out on the queue, to all workers together. */
  readonly perSecond?: number
}

/** Database steps at a time: more would only wait for the pool. */
const DATABASE_STEPS = 40

/** Each worker gets its own service's database and nothing else of the others. */
export const SERVICE_WORKERS: Record<Service, (deps: WorkerDeps) => ServiceWorker> = {
  auth: ({ databases, config, client }) => ({
    activities: {
      ...createAuthActivities({ db: databases.auth, publicUrl: config.publicUrl }),
      ...createPersonExecutions({ client }),
    },
    workflows: true,
    maxConcurrentActivities: DATABASE_STEPS,
  }),
  users: ({ databases, config, keys }) => ({
    activities: createUsersActivities({
      db: databases.users,
      internal: internalClient(config, keys, 'users'),
    }),
    workflows: false,
    maxConcurrentActivities: DATABASE_STEPS,
  }),
  scenarios: ({ databases, config, keys }) => ({
    activities: {
      ...createScenariosActivities({ db: databases.scenarios }),
      ...createSharingActivities({
        db: databases.scenarios,
        internal: internalClient(config, keys, 'scenarios'),
      }),
    },
    workflows: true,
    maxConcurrentActivities: DATABASE_STEPS,
  }),
  // Fixed slots: a model call costs money and the provider has limits, so a backlog is wanted (fairness works on it).
  ai: ({ databases, config, keys, provider }) => ({
    activities: createAiActivities({
      db: databases.ai,
      provider,
      keys,
      repairRounds: config.AI_REPAIR_ROUNDS,
      budgetMicros: budgetOf(config),
      priceOf: (name) => config.providers.find((p) => p.name === name)?.price,
    }),
    workflows: true,
    maxConcurrentActivities: config.AI_CONCURRENCY,
    ...(config.AI_CALLS_PER_SECOND !== undefined && { perSecond: config.AI_CALLS_PER_SECOND }),
  }),
  notifications: ({ databases, config, keys }) => ({
    activities: notificationsActivities({ databases, config, keys }),
    workflows: true,
    maxConcurrentActivities: DATABASE_STEPS,
  }),
}

function notificationsActivities({ databases, config, keys }: Pick<WorkerDeps, 'databases' | 'config' | 'keys'>) {
  const shared = {
    db: databases.notifications,
    internal: internalClient(config, keys, 'notifications'),
    mailer: createMailer(config),
    sms: createSmsProvider(config),
    publicUrl: config.publicUrl,
  }
  return {
    ...createNotificationsActivities(shared),
    ...createDeliveryActivities({
      ...shared,
      push: createPushSender(keys.vapid, pushSubject(config)),
      tokens: createUnsubscribeTokens(keys.pepper.secret),
      limitScale: config.RATE_LIMIT_SCALE,
    }),
  }
}

export const internalClient = (config: Config, keys: Keys, self: Service) =>
  createInternalClient({ baseUrl: config.internalUrl, key: keys.serviceToken, self })
