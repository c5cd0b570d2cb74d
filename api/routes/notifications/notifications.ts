import type { Transaction } from 'kysely'
import { z } from 'zod'
import { notifyInWords, type Reach } from '../../../commands/custom-notifications.ts'
import { findAccount } from '../../../db/auth/accounts.ts'
import {
  countUnread,
  listDeliveries,
  listNotifications,
  markAllRead,
  markRead,
} from '../../../db/notifications/notifications.ts'
import type { NotificationRow, NotificationsDb } from '../../../db/notifications/schema.ts'
import { findProfile } from '../../../db/users/profiles.ts'
import { fail } from '../../../errors/errors.ts'
import type { Language } from '../../../language.ts'
import { createMessageBudgets } from '../../../notifications/message-budgets.ts'
import { CHANNEL_NAMES, type Channel, type NotificationTopic } from '../../../notifications/topics.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { notificationSource } from '../../streams/notification-stream.ts'
import { seenId } from '../../streams/seen.ts'
import { mayManage } from '../../policies/users.ts'
import { events, noContent, ok, route, type Route } from '../../http/route.ts'
import { type Caller } from '../../http/caller.ts'
import {
  NewNotification,
  Notification,
  NotificationList,
  NotificationParams,
  NotificationQuery,
  presentNotification,
} from '../../schemas/notifications.ts'
import { STREAM } from '../../schemas/streams.ts'

const position = (row: NotificationRow) => ({ created_at: row.created_at.toISOString(), id: row.id })
const isService = (caller: Caller): boolean => caller.roles.includes('service')

export function notificationRoutes({
  config,
  databases,
  keys,
  notificationWatch,
}: Pick<ApiDeps, 'config' | 'databases' | 'keys' | 'notificationWatch'>): Route[] {
  const db = databases.notifications
  const stream = { db, watch: notificationWatch }
  const budgets = createMessageBudgets(keys.limits[0].secret, config.RATE_LIMIT_SCALE)
  /**
   * Who may tell whom what: a person in words of their own alone, since the other topics speak for us and get through at any hour.
   * @throws AppError access.denied
   */
  const allowNotifying = (caller: Caller, userId: string, topic: NotificationTopic) => {
    if (!isService(caller) && (!mayManage(caller, userId) || topic !== 'custom')) fail('access.denied')
  }
  /** Where the person can be reached. @throws AppError user.not_found at its field */
  const reachOf = async (userId: string, channels: readonly Channel[]): Promise<Reach> => {
    const account = await findAccount(databases.auth, userId)
    if (account?.status !== 'active')
      return fail('user.not_found', { status: 422, errors: [{ path: '/user_id', reason: 'nobody' }] })
    const profile = channels.includes('sms') ? await findProfile(databases.users, userId) : undefined
    return {
      email: account.email_verified_at ? account.email : null,
      sms: profile?.phone_verified_at ? profile.phone_number : config.SMS_PROVIDER && null,
    }
  }
  const presenterOf = async (rows: readonly NotificationRow[], language: Language) => {
    const ids = rows.map((row) => row.id)
    const deliveries = await listDeliveries(db, ids)
    const of = (id: string) => deliveries.filter((d) => d.notification_id === id)
    return (row: NotificationRow) => presentNotification(row, of(row.id), language)
  }

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
        allowNotifying(user, body.user_id, body.topic)
        const language = await request.language()
        const sender = isService(user) ? null : user.id
        const tell = async (trx: Transaction<NotificationsDb>, reach: Reach) => {
          const { row, isNew } = await notifyInWords(trx, body, sender, reach, budgets, requestId)
          const view = presentNotification(row, await listDeliveries(trx, [row.id]), language)
          return isNew ? { status: 201, body: view } : ok(view)
        }
        return request.once(db, tell, () => reachOf(body.user_id, body.channels ?? CHANNEL_NAMES))
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
        const filter = { userId: user.id, unread: unread === 'true', before, limit: limit + 1 }
        const rows = await listNotifications(db, filter)
        const [present, unread_count] = await Promise.all([
          presenterOf(rows, await language()),
          countUnread(db, user.id),
        ])
        return ok({ ...pageOf(rows, limit, filters, position, present), unread_count })
      },
    }),
    route({
      method: 'get',
      path: '/notifications/stream',
      summary: 'New ones, as they come (server-sent events)',
      auth: 'user',
      ...STREAM,
      responses: { 200: z.string() },
      handle: async ({ user, header, query: { wait, last_event_id }, language }) => {
        const seen = seenId(header('last-event-id'), last_event_id)
        return events({ source: await notificationSource(stream, user.id, seen, await language()), waitMs: wait })
      },
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
