import { expect } from '@jest/globals'
import { SERVICES } from '../../services.ts'
import { outboxBacklog } from '../../db/outbox/outbox.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

/** What it is all for: several people register, have scripts written, share them with one another, and are told of it. */
export async function doCoreJob({ api, databases }: System, people = 3): Promise<void> {
  const persons = await Promise.all(Array.from({ length: people }, () => api.register()))
  await Promise.all(
    persons.map(async (person, n) => {
      const headers = { 'idempotency-key': `core-${person.id}` }
      const accepted = await person.post('/ai/generate', { brief: BRIEF }, { headers })
      expect(accepted).toMatchObject({ status: 202 })
      const { status, result } = await api.finished(accepted.body.id, person.token)
      expect(status).toBe('succeeded')
      expect((await person.post('/ai/generate', { brief: BRIEF }, { headers })).body.id).toBe(accepted.body.id)
      const other = persons[(n + 1) % people]!
      const shared = await person.post(`/scenarios/${result.scenario_id}/share`, { user_id: other.id, role: 'viewer' })
      expect(shared).toMatchObject({ status: 201 })
      expect(await other.get(`/scenarios/${result.scenario_id}`)).toMatchObject({ status: 200 })
    }),
  )
  const topics = ['generation_finished', 'share', 'welcome']
  for (const person of persons)
    await until(async () => {
      const { items } = (await person.get('/notifications')).body as { items: { topic: string }[] }
      return topics.every((topic) => items.some((n) => n.topic === topic))
    })
  for (const service of SERVICES) await until(async () => (await outboxBacklog(databases[service])).unsent === 0)
}
