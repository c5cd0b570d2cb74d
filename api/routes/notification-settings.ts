import { z } from 'zod'
import { findPreferences, savePreferences, switchOff } from '../../db/notifications/preferences.ts'
import { deletePushSubscription, savePushSubscription } from '../../db/notifications/push.ts'
import { fail } from '../../errors.ts'
import { createUnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import type { ApiDeps } from '../context.ts'
import { created, noContent, ok, route, type Route } from '../route.ts'
import {
  NotificationParams,
  PreferencesBody,
  PreferencesView,
  presentPreferences,
  PushKeyView,
  PushSubscriptionBody,
  PushSubscriptionView,
} from '../schemas/notifications.ts'

const Token = z.object({ token: z.string().max(500) })

/** Mail scanners open links: the page changes nothing, its button does. Nothing of the token is in it but where the form goes. */
const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Scenor</title></head>
<body>
<form method="post">
<p lang="ru">Больше не присылать таких писем?</p>
<p>Stop mails like this?</p>
<button name="List-Unsubscribe" value="One-Click">Отписаться · Unsubscribe</button>
</form>
</body>
</html>
`
const PAGE_CSP = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

export function notificationSettingsRoutes({ databases, keys }: Pick<ApiDeps, 'databases' | 'keys'>): Route[] {
  const db = databases.notifications
  const tokens = createUnsubscribeTokens(keys.pepper.secret)
  return [
    route({
      method: 'get',
      path: '/notifications/preferences',
      summary: 'Which topics reach one on which channels',
      auth: 'user',
      responses: { 200: PreferencesView },
      handle: async ({ user }) => ok(presentPreferences(await findPreferences(db, user.id))),
    }),
    route({
      method: 'put',
      path: '/notifications/preferences',
      summary: 'Choose topics, channels, quiet hours and digest; what is absent is as usual',
      auth: 'user',
      body: PreferencesBody,
      responses: { 200: PreferencesView },
      handle: async ({ user, body: { topics, ...rest } }) => {
        const preferences = { chosen: topics, ...rest }
        await savePreferences(db, user.id, preferences)
        return ok(presentPreferences(preferences))
      },
    }),
    route({
      method: 'get',
      path: '/notifications/push-key',
      summary: 'The public key (VAPID, base64url) that a browser subscribes with',
      auth: 'user',
      responses: { 200: PushKeyView },
      handle: async () => ok({ public_key: keys.vapid.public }),
    }),
    route({
      method: 'post',
      path: '/notifications/push-subscriptions',
      summary: 'Let this browser be told',
      auth: 'user',
      body: PushSubscriptionBody,
      idempotent: true,
      responses: { 200: PushSubscriptionView, 201: PushSubscriptionView },
      handle: ({ user, body, once }) =>
        once(db, async (trx) => {
          const subscription = { user_id: user.id, endpoint: body.endpoint, ...body.keys }
          const { row, isNew } = await savePushSubscription(trx, subscription)
          const view = { id: row.id, endpoint: row.endpoint, created_at: row.created_at.toISOString() }
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
    route({
      method: 'post',
      path: '/notifications/unsubscribe/{token}',
      summary:
        'One click (RFC 8058): no more mails about what that mail was about; an unknown token is answered the same',
      auth: 'none',
      params: Token,
      responses: { 204: null },
      handle: async ({ params }) => {
        const asked = tokens.read(params.token)
        if (asked) await db.transaction().execute((trx) => switchOff(trx, asked.userId, asked.topics, 'email'))
        return noContent
      },
    }),
    route({
      method: 'get',
      path: '/notifications/unsubscribe/{token}',
      summary: 'A page with the button; changes nothing',
      auth: 'none',
      params: Token,
      mediaType: 'text/html',
      responses: { 200: z.string() },
      handle: async () => ok(PAGE, { headers: { 'Content-Security-Policy': PAGE_CSP } }),
    }),
  ]
}
