import { setTimeout as delay } from 'node:timers/promises'
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from '@temporalio/client'
import type { Logger } from '../logger.ts'
import type { Service } from '../services.ts'
import { CLEANUP, CLEANUP_EVERY_MS, cleanupScheduleId } from '../workflows/cleanup.contract.ts'
import { PURGE, purgeScheduleId } from '../workflows/purge.contract.ts'
import { taskQueue } from '../workflows/queues.ts'

/** The schedules of an installation, by the service whose workers run them. */
const SCHEDULES = {
  auth: (suffix: string): ScheduleOptions => ({
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
  }),
  scenarios: (suffix: string): ScheduleOptions => ({
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
  }),
} satisfies Partial<Record<Service, (suffix: string) => ScheduleOptions>>

/** Makes a schedule, once: every worker that starts tries, the first one makes it. */
export async function ensureSchedule(service: keyof typeof SCHEDULES, client: Client, suffix: string): Promise<void> {
  try {
    await client.schedule.create(SCHEDULES[service](suffix))
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  }
}

/** Asks for a service's schedule until Temporal has it; the worker serves meanwhile. */
export function keepSchedule(
  service: Service,
  { client, suffix, logger }: { client: Client; suffix: string; logger: Logger },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loop = async () => {
    if (service !== 'auth' && service !== 'scenarios') return
    for (let waitMs = 1_000; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, 60_000)) {
      try {
        return await client.withDeadline(Date.now() + 10_000, () => ensureSchedule(service, client, suffix))
      } catch (error) {
        logger.warn({ err: error, service }, 'a schedule could not be made yet')
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }
  const done = loop()
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
