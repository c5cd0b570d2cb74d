import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Person } from '../support/http.ts'
import { ifMatch, write } from '../support/scenarios.ts'
import { startSystem, type System } from '../support/system.ts'
import { ensureSchedule } from '../../workers/schedules.ts'
import { purge } from '../../workers/services/scenarios.ts'
import { purgeScheduleId } from '../../contracts/purge.ts'
import { firstRunEnds } from '../support/schedules.ts'

const DAY = 86_400_000
let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  person = await system.api.register()
})
afterAll(() => system.stop())

const deletedDaysAgo = async (days: number) => {
  const { id, etag } = await write(person, { content: 'Слова.' })
  await person.post(`/scenarios/${id}/comments`, { body: 'Мысль' })
  await person.delete(`/scenarios/${id}`, ifMatch(etag))
  await system.databases.scenarios
    .updateTable('scenarios')
    .set({ deleted_at: new Date(Date.now() - days * DAY) })
    .where('id', '=', id)
    .execute()
  return id
}

test('the schedule exists once however often it is asked for, and removes what was deleted over 30 days ago with all that belongs to it', async () => {
  const suffix = system.config.TASK_QUEUE_SUFFIX
  await Promise.all([ensureSchedule(system.temporal, purge(suffix)), ensureSchedule(system.temporal, purge(suffix))])
  await ensureSchedule(system.temporal, purge(suffix))
  const schedule = system.temporal.schedule.getHandle(purgeScheduleId(suffix))
  try {
    const [living, fresh] = [(await write(person)).id, await deletedDaysAgo(29)]
    const old = await Promise.all(Array.from({ length: 3 }, () => deletedDaysAgo(31)))
    await schedule.trigger()
    await firstRunEnds(schedule, system)
    const left = (table: 'scenarios' | 'scenario_versions' | 'comments') =>
      system.databases.scenarios.selectFrom(table).selectAll().execute()
    expect((await left('scenarios')).map((s) => s.id).sort()).toEqual([living, fresh].sort())
    for (const table of ['scenario_versions', 'comments'] as const)
      expect((await left(table)).some((row) => old.includes((row as { scenario_id: string }).scenario_id))).toBe(false)
    expect((await person.post(`/scenarios/${fresh}/restore`)).status).toBe(200)
  } finally {
    await schedule.delete()
  }
})
