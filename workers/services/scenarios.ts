import { ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client'
import { createScenariosActivities } from '../../activities/scenarios/index.ts'
import { createSharingActivities } from '../../activities/scenarios/sharing.ts'
import { activateInvitations } from '../../commands/shares.ts'
import { PURGE, purgeScheduleId } from '../../contracts/purge.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { SCENARIOS_PERSONAL_DATA } from '../../db/scenarios/personal-data.ts'
import { wakeInvitations } from '../relays/held.ts'
import { lookAfterInvitations } from '../relays/promised.ts'
import { DATABASE_STEPS, type ServiceDefinition } from './service.ts'

export const purge = (suffix: string): ScheduleOptions => ({
  scheduleId: purgeScheduleId(suffix),
  // 03:17 UTC: early morning in Moscow, and not on the hour, when everything else runs. Spread over ten minutes.
  spec: { calendars: [{ hour: 3, minute: 17 }], jitter: '10m' },
  action: {
    type: 'startWorkflow',
    workflowType: PURGE,
    workflowId: purgeScheduleId(suffix),
    taskQueue: taskQueue('scenarios', suffix),
    args: [],
    staticSummary: 'purge of deleted scenarios',
  },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
})

export const scenarios: ServiceDefinition<'scenarios'> = {
  activities: ({ db, internal }) => ({
    ...createScenariosActivities({ db }),
    ...createSharingActivities({ db, internal }),
  }),
  workflows: true,
  concurrency: () => DATABASE_STEPS,
  personalData: SCENARIOS_PERSONAL_DATA,
  relays: [lookAfterInvitations],
  schedules: [purge],
  subscriptions: [
    ({ db, internal, client }) => ({
      group: 'scenarios',
      topics: ['user_events'],
      handle: async (event) => {
        await activateInvitations({ db, internal }, event)
        await wakeInvitations({ db, client }, event)
      },
      db,
    }),
  ],
}
