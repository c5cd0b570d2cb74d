import type { Kysely, Transaction } from 'kysely'
import { noteEvent } from '../../db/inbox/inbox.ts'
import { eraseNotifications, insertNotification } from '../../db/notifications/notifications.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { readEvent, type Envelope } from '../../events/envelope.ts'
import { appendEvent } from '../../events/outbox.ts'
import { planNotifications } from '../../notifications/rules.ts'

export const NOTIFICATIONS_GROUP = 'notifications'

/**
 * What the notification service does with an event: in one transaction it notes the event, writes what people see of it, and
 * promises the workflows that reach them elsewhere. The same event again changes nothing.
 * @throws Poison for what is no event that this process knows
 */
export async function handleEvent(db: Kysely<NotificationsDb>, envelope: Envelope): Promise<void> {
  const event = readEvent(envelope)
  const planned = planNotifications(event)
  // Most events are nothing to tell anybody of: no transaction to find that out.
  if (planned.length === 0 && event.type !== 'user_erased') return
  await db.transaction().execute(async (trx) => {
    if (!(await noteEvent(trx, NOTIFICATIONS_GROUP, event.id))) return
    if (event.type === 'user_erased') await eraseNotifications(trx, event.data.user_id)
    for (const one of planned) {
      const { row, isNew } = await insertNotification(trx, one)
      if (isNew) await tellCreated(trx, row, event.request_id)
    }
  })
}

export async function tellCreated(
  trx: Transaction<NotificationsDb>,
  row: { id: string; user_id: string; topic: string },
  requestId: string | null,
): Promise<void> {
  const data = { notification_id: row.id, user_id: row.user_id, topic: row.topic }
  await appendEvent(trx, 'notification_created', data, requestId)
}
