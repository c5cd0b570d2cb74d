import { findPreferences, savePreferences } from '../../../db/notifications/preferences.ts'
import type { ApiDeps } from '../../context.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { PreferencesBody, PreferencesView, presentPreferences } from '../../schemas/notifications.ts'

export function notificationSettingsRoutes({ databases }: Pick<ApiDeps, 'databases'>): Route[] {
  const db = databases.notifications
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
  ]
}
