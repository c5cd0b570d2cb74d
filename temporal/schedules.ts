import { ScheduleNotFoundError, type Client } from '@temporalio/client'
import { lastSuccess } from './executions.ts'

export interface ScheduleState {
  readonly id: string
  /** False: no worker has made it yet. */
  readonly exists: boolean
  readonly paused: boolean
  readonly note: string | null
  readonly last_success_at: Date | null
  readonly next_at: Date | null
}

/** How a schedule stands. @throws Error when Temporal is away */
export async function scheduleState(client: Client, id: string): Promise<ScheduleState> {
  try {
    const [{ state, info }, last] = await Promise.all([
      client.schedule.getHandle(id).describe(),
      lastSuccess(client, id),
    ])
    return {
      ...{ id, exists: true, paused: state.paused, note: state.note ?? null },
      last_success_at: last ?? null,
      next_at: info.nextActionTimes[0] ?? null,
    }
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    return { id, exists: false, paused: false, note: null, last_success_at: null, next_at: null }
  }
}
