import { createHash } from 'node:crypto'
import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client'
import { doubling, retry, type Stoppable } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'

const TIMEOUT_MS = 10_000

/** The memo of what a schedule starts that says by which definition it was made. */
const DEFINITION = 'definition'

const fingerprint = (schedule: ScheduleOptions): string =>
  createHash('sha256').update(JSON.stringify(schedule)).digest('hex').slice(0, 16)

/**
 * Makes a schedule, or brings it to what the code says of it now. Every worker that starts tries: the first one makes it, and one of
 * another version changes it. What an operator did to it, a pause and its note, stays.
 */
export async function ensureSchedule(client: Client, schedule: ScheduleOptions): Promise<void> {
  const definition = fingerprint(schedule)
  const { action, scheduleId, ...rest } = schedule
  const named = { ...action, memo: { ...action.memo, [DEFINITION]: definition } }
  try {
    await client.schedule.create({ ...rest, scheduleId, action: named })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    const handle = client.schedule.getHandle(scheduleId)
    const there = await handle.describe()
    if (there.action.memo?.[DEFINITION] === definition) return
    await handle.update(({ state }) => ({ ...rest, action: named, state }))
  }
}

/** Asks for a schedule until Temporal has it; the worker serves meanwhile. */
export function keepSchedule(
  schedule: ScheduleOptions,
  { client, logger }: { client: Client; logger: Logger },
): Stoppable {
  const stopping = new AbortController()
  const make = () => client.withDeadline(Date.now() + TIMEOUT_MS, () => ensureSchedule(client, schedule))
  const done = retry(make, {
    backoffMs: doubling(1_000, 60_000),
    failed: (error) => logger.warn({ err: error, schedule: schedule.scheduleId }, 'a schedule could not be made yet'),
    signal: stopping.signal,
  }).catch(() => {})
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
