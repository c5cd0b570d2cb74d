import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client'
import { CLEANUP, CLEANUP_EVERY_MS, cleanupScheduleId } from '../workflows/cleanup.contract.ts'
import { taskQueue } from '../workflows/queues.ts'

/** Makes the schedules of the auth service, once: every worker that starts tries, the first one makes them. */
export async function ensureSchedules(client: Client, suffix: string): Promise<void> {
  try {
    await client.schedule.create({
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
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  }
}
