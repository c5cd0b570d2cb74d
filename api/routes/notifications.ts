import { z } from 'zod'
import { findAccount } from '../../db/auth/accounts.ts'
import {
  countUnread,
  insertNotification,
  listDeliveries,
  listNotifications,
  markAllRead,
  markRead,
} from '../../db/notifications/notifications.ts'
import type { NotificationRow } from '../../db/notifications/schema.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ApiDeps } from '../context.ts'
import { decodeUuidCursor, pageOf } from '../cursor.ts'
import { streamNotifications } from '../notification-stream.ts'
import { mayManage } from '../policies/users.ts'
import { events, noContent, ok, route, type Caller, type Route } from '../route.ts'
import {
  NewNotification,
  Notification,
  NotificationList,
  NotificationParams,
  NotificationQuery,
  presentNotification,
} from '../schemas/notifications.ts'

const isService = (caller: Caller): boolean => caller.roles.includes('service')

export function notificationRoutes({
  databases,
  notificationWatch,
}: Pick<ApiDeps, 'databases' | 'notificationWatch'>): Route[] {
  const db = databases.notifications
  return [
    route({
      method: 'post',
      path: '/notifications',
      summary: 'Tell oneself, or (admins and other backends) somebody else',
      auth: 'user',
      services: { audience: 'notifications', scope: 'notifications:send' },
      body: NewNotification,
      idempotent: true,
      responses: { 200: Notification, 201: Notification },
      errors: ['access.denied', ['user.not_found', 422]],
      handle: async (request) => {
        const { user, body, requestId } = request
        if (!isService(user) && !mayManage(user, body.user_id)) fail('access.denied')
        if (body.user_id !== user.id && (await findAccount(databases.auth, body.user_id))?.status !== 'active')
          fail('user.not_found', { status: 422, errors: [{ path: '/user_id', reason: 'nobody' }] })
        const language = await request.language()
        return request.once(db, async (trx) => {
          const { row, isNew } = await insertNotification(trx, {
            ...body,
            kind: 'custom',
            // Apart from our own: nobody keeps a notification of ours away by taking its key first.
            dedupe_key: body.dedupe_key && `custom ${body.dedupe_key}`,
          })
          const data = { notification_id: row.id, user_id: row.user_id, topic: row.topic }
          if (isNew) await appendEvent(trx, 'notification_created', data, requestId)
          const view = presentNotification(row, await listDeliveries(trx, [row.id]), language)
          return isNew ? { status: 201, body: view } : ok(view)
        })
      },
    }),
    route({
      method: 'get',
      path: '/notifications',
      summary: 'One’s own, newest first, and how many are unread',
      auth: 'user',
      query: NotificationQuery,
      responses: { 200: NotificationList },
      handle: async ({ user, query: { limit, cursor, unread }, language }) => {
        const filters = ['notifications', user.id, unread ?? 'false']
        const before = decodeUuidCursor(filters, cursor)
        const rows = await listNotifications(db, {
          userId: user.id,
          unread: unread === 'true',
          before,
          limit: limit + 1,
        })
        const [deliveries, unread_count, lang] = await Promise.all([
          listDeliveries(
            db,
            rows.map((row) => row.id),
          ),
          countUnread(db, user.id),
          language(),
        ])
        const position = (row: NotificationRow) => ({ created_at: row.created_at.toISOString(), id: row.id })
        const present = (row: NotificationRow) =>
          presentNotification(
            row,
            deliveries.filter((d) => d.notification_id === row.id),
            lang,
          )
        return ok({ ...pageOf(rows, limit, filters, position, present), unread_count })
      },
    }),
    route({
      method: 'get',
      path: '/notifications/stream',
      summary: 'New ones, as they come (server-sent events)',
      auth: 'user',
      mediaType: 'text/event-stream',
      responses: { 200: z.string() },
      handle: async ({ user, header, language }) =>
        events(
          await streamNotifications(
            { db, watch: notificationWatch },
            user.id,
            header('last-event-id'),
            await language(),
          ),
        ),
    }),
    route({
      method: 'post',
      path: '/notifications/read-all',
      summary: 'Mark all as read',
      auth: 'user',
      responses: { 204: null },
      handle: async ({ user }) => {
        await markAllRead(db, user.id)
        return noContent
      },
    }),
    route({
      method: 'post',
      path: '/notifications/{id}/read',
      summary: 'Mark one as read',
      auth: 'user',
      missing: 'notification.not_found',
      params: NotificationParams,
      responses: { 204: null },
      handle: async ({ user, params }) =>
        (await markRead(db, user.id, params.id)) ? noContent : fail('notification.not_found'),
    }),
  ]
}
