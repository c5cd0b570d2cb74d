import { deletePushSubscription, listPushSubscriptions, savePushSubscription } from '../../../db/notifications/push.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { created, noContent, ok, route, type Route } from '../../http/route.ts'
import { NotificationParams } from '../../schemas/notifications.ts'
import {
  presentPushSubscription,
  PushKeyView,
  PushSubscriptionBody,
  PushSubscriptionList,
  PushSubscriptionView,
} from '../../schemas/push-subscriptions.ts'

export function pushSubscriptionRoutes({ databases, keys }: Pick<ApiDeps, 'databases' | 'keys'>): Route[] {
  const db = databases.notifications
  return [
    route({
      method: 'get',
      path: '/notifications/push-key',
      summary: 'The public key (VAPID, base64url) that a browser subscribes with',
      auth: 'user',
      responses: { 200: PushKeyView },
      handle: async () => ok({ public_key: keys.vapid[0].public }),
    }),
    route({
      method: 'get',
      path: '/notifications/push-subscriptions',
      summary: 'The browsers that are told, oldest first',
      auth: 'user',
      responses: { 200: PushSubscriptionList },
      handle: async ({ user }) =>
        ok({ items: (await listPushSubscriptions(db, user.id)).map((row) => presentPushSubscription(row, user)) }),
    }),
    route({
      method: 'post',
      path: '/notifications/push-subscriptions',
      summary:
        'Let this browser be told, while the session lives; it is told what concerns one person, and beyond ten (three at one host) instead of the oldest',
      auth: 'user',
      body: PushSubscriptionBody,
      idempotent: true,
      responses: { 200: PushSubscriptionView, 201: PushSubscriptionView },
      handle: ({ user, body, once }) =>
        once(db, async (trx) => {
          const whose = { user_id: user.id, session_id: user.session_id }
          const { row, isNew } = await savePushSubscription(trx, { ...whose, endpoint: body.endpoint, ...body.keys })
          const view = presentPushSubscription(row, user)
          return isNew ? created(view, `/api/v1/notifications/push-subscriptions/${row.id}`) : ok(view)
        }),
    }),
    route({
      method: 'delete',
      path: '/notifications/push-subscriptions/{id}',
      summary: 'Tell this browser no more',
      auth: 'user',
      missing: 'notification.subscription_not_found',
      params: NotificationParams,
      responses: { 204: null },
      handle: async ({ user, params }) =>
        (await deletePushSubscription(db, params.id, user.id))
          ? noContent
          : fail('notification.subscription_not_found'),
    }),
  ]
}
