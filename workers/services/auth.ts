import { ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client'
import { createAuthActivities, createPersonExecutions } from '../../activities/auth/index.ts'
import { CLEANUP, CLEANUP_EVERY_MS, cleanupScheduleId } from '../../contracts/cleanup.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { AUTH_PERSONAL_DATA } from '../../db/auth/personal-data.ts'
import { lookAfterAccountMails } from '../relays/promised.ts'
import { runAccountMailRelay } from '../relays/workflows.ts'
import { DATABASE_STEPS, type ServiceDefinition } from './service.ts'

export const cleanup = (suffix: string): ScheduleOptions => ({
  scheduleId: cleanupScheduleId(suffix),
  spec: { intervals: [{ every: CLEANUP_EVERY_MS }] },
  action: {
    type: 'startWorkflow',
    workflowType: CLEANUP,
    taskQueue: taskQueue('auth', suffix),
    args: [],
    staticSummary: 'cleanup',
  },
  // A run that is still at work does what the next one would.
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' },
})

export const auth: ServiceDefinition<'auth'> = {
  activities: ({ db, config, client }) => ({
    ...createAuthActivities({ db, publicUrl: config.publicUrl }),
    ...createPersonExecutions({ client }),
  }),
  workflows: true,
  outlivesVersions: true,
  concurrency: () => DATABASE_STEPS,
  personalData: AUTH_PERSONAL_DATA,
  // In the step that ends the erasure, with its receipt.
  erasesInOwnStep: true,
  relays: [runAccountMailRelay, lookAfterAccountMails],
  schedules: [cleanup],
  subscriptions: [],
}
