import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { ScheduleOptions } from '@temporalio/client'
import { ensureSchedule } from '../../workers/schedules.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ workers: [], relays: false })
})
afterAll(() => system.stop())

/** Far from every hour at which it would run. */
const schedule = (scheduleId: string, hour: number, catchupWindow = '1 day' as const): ScheduleOptions => ({
  scheduleId,
  spec: { calendars: [{ month: 'DECEMBER', dayOfMonth: 31, hour }] },
  action: { type: 'startWorkflow', workflowType: 'purge', taskQueue: 'nobody', args: [], staticSummary: `at ${hour}` },
  policies: { catchupWindow },
})

test('a schedule becomes what the code says of it now, and stays paused where somebody paused it', async () => {
  const id = `test-${randomUUID()}`
  const handle = system.temporal.schedule.getHandle(id)
  try {
    await ensureSchedule(system.temporal, schedule(id, 3))
    await handle.pause('by an operator')
    await ensureSchedule(system.temporal, schedule(id, 4))
    const changed = await handle.describe()
    expect(changed.spec.calendars?.[0]?.hour).toEqual([{ start: 4, end: 4, step: 1 }])
    expect(changed.action.staticSummary).toBe('at 4')
    expect(changed.state).toMatchObject({ paused: true, note: 'by an operator' })

    await ensureSchedule(system.temporal, schedule(id, 4))
    expect((await handle.describe()).info.lastUpdatedAt).toEqual(changed.info.lastUpdatedAt)
  } finally {
    await handle.delete()
  }
})
