import type { ScheduleHandle } from '@temporalio/client'
import type { System } from './system.ts'
import { until } from './until.ts'

/** Waits for the end of a schedule's first run: while one runs, it starts no other. */
export async function firstRunEnds(schedule: ScheduleHandle, { temporal }: Pick<System, 'temporal'>): Promise<void> {
  const { action } = await until(async () => (await schedule.describe()).info.recentActions[0])
  await temporal.workflow.getHandle(action.workflow.workflowId, action.workflow.firstExecutionRunId).result()
}
