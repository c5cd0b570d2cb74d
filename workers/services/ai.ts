import { createAiActivities } from '../../activities/ai/index.ts'
import { tellProgress } from '../../activities/ai/progress.ts'
import { createBulkActivities } from '../../activities/ai/bulk.ts'
import { createRepeatActivities } from '../../activities/ai/repeat.ts'
import { budgetOf } from '../../config.ts'
import { AI_PERSONAL_DATA } from '../../db/ai/personal-data.ts'
import { leaseActivities } from '../leased-activities.ts'
import type { ServiceDefinition } from './service.ts'

export const ai: ServiceDefinition<'ai'> = {
  drains: true,
  activities: ({ db, config, keys, provider, stopping, client, logger }) => ({
    ...createBulkActivities({ db, client, budgetMicros: budgetOf(config) }),
    ...createRepeatActivities({ db, config, keys }),
    ...createAiActivities({
      db,
      provider,
      keys,
      stopping,
      leased: leaseActivities({ db, url: config.listenUrls?.ai ?? '', client, logger, stopping }),
      show: tellProgress(db),
      repairRounds: config.AI_REPAIR_ROUNDS,
      budgetMicros: budgetOf(config),
      priceOf: (name) => config.providers.find((p) => p.name === name)?.price,
    }),
  }),
  workflows: true,
  // Fixed slots: a model call costs money and the provider has limits, so a backlog is wanted (fairness works on it).
  concurrency: (config) => config.AI_CONCURRENCY,
  perSecond: (config) => config.AI_CALLS_PER_SECOND,
  personalData: AI_PERSONAL_DATA,
  relays: [],
  schedules: [],
  subscriptions: [],
}
