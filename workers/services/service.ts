import type { Client, ScheduleOptions } from '@temporalio/client'
import type { PersonalDataTable } from '../../db/personal-data.ts'
import type { Config } from '../../config.ts'
import type { Databases } from '../../db/databases.ts'
import { createInternalClient, type InternalClient } from '../../internal/client.ts'
import type { Keys } from '../../keys/keys.ts'
import { transportOf } from '../../network/tls-transport.ts'
import type { Stoppable } from '../../lifecycle.ts'
import type { ScriptProvider } from '../../llm/provider.ts'
import type { Service } from '../../services.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Subscription } from '../consumer.ts'

/** What a service's workers are given: its own database and nothing else of the others. */
export interface ServiceDeps<S extends Service> {
  readonly db: Databases[S]
  /** Asks the other services, as this one. */
  readonly internal: InternalClient
  readonly config: Config
  readonly keys: Keys
  readonly provider: ScriptProvider
  /** For what is done to executions: starting them, and deleting a person's. */
  readonly client: Client
  readonly logger: Logger
}

/** What its activities are given. */
interface ActivityDeps<S extends Service> extends ServiceDeps<S> {
  /** Aborted when the worker is told to stop: what runs may end, and nothing that is paid for begins. */
  readonly stopping: AbortSignal
}

/** All that a service's workers do; a process runs the definitions that `WORKERS` names. */
export interface ServiceDefinition<S extends Service> {
  /** Its steps are the work of others, which is waited for when the worker stops: `WORKERS_DRAIN_S`. */
  readonly drains?: true
  readonly activities: (deps: ActivityDeps<S>) => Record<string, (input: never) => Promise<unknown>>
  /** Whether workflows run on this service's queue. */
  readonly workflows: boolean
  /** Some of its workflows wait for hours or days: with `WORKER_VERSIONING` they go on with the newest version of the workers. */
  readonly outlivesVersions?: true
  /** Activities at a time in a process. */
  readonly concurrency: (config: Config) => number
  /** Activities a second that the server hands out on the queue, to all workers together; undefined: no limit. */
  readonly perSecond?: (config: Config) => number | undefined
  /** What the service holds of people, for exports and erasures. */
  readonly personalData: readonly PersonalDataTable[]
  /** The service erases a person in a step of its own, not in the one that all services have. */
  readonly erasesInOwnStep?: true
  /** Start workflows for rows that promise them. */
  readonly relays: readonly ((deps: ServiceDeps<S>) => Stoppable)[]
  /** Of the installation, by the suffix of its task queues. */
  readonly schedules: readonly ((suffix: string) => ScheduleOptions)[]
  /** What it hears of the others. */
  readonly subscriptions: readonly ((deps: ServiceDeps<S>) => Subscription)[]
}

/** Database steps at a time: more would only wait for the pool. */
export const DATABASE_STEPS = 40

/** Asks the other services' internal endpoints in the name of `self`. */
export const internalClient = (config: Config, keys: Keys, self: Service): InternalClient =>
  createInternalClient({ baseUrl: config.internalUrl, key: keys.serviceToken, self, transport: transportOf(config) })
