import type { Channel } from '../../notifications/topics.ts'
import type { Person } from './http.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

/** A notification of this person to oneself, as a client sends it. */
export const toOneself = (person: Pick<Person, 'id'>, extra: Record<string, unknown> = {}) => ({
  user_id: person.id,
  topic: 'custom',
  title: 'Напоминание',
  body: 'Снять второй дубль',
  channels: ['in_app'],
  ...extra,
})

/** Waits until the person's list satisfies; the consumer needs a moment. */
export const listWith = (person: Person, ready: (items: { topic: string; title: string }[]) => boolean) =>
  until(async () => {
    const { items } = (await person.get('/notifications?limit=100')).body
    return ready(items) && items
  })

export const deliveryOf = (system: System, notificationId: string, channel: Channel = 'email') =>
  system.databases.notifications
    .selectFrom('deliveries')
    .selectAll()
    .where('notification_id', '=', notificationId)
    .where('channel', '=', channel)
    .executeTakeFirstOrThrow()

/** What becomes of a delivery, once its workflow has written that down. */
export async function statusOf(system: System, notificationId: string, channel: Channel = 'email'): Promise<string> {
  await until(async () => (await deliveryOf(system, notificationId, channel)).status !== 'queued')
  return (await deliveryOf(system, notificationId, channel)).status
}
