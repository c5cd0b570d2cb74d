import { createDeliveryActivities } from '../../activities/notifications/deliver.ts'
import { createNotificationsActivities } from '../../activities/notifications/index.ts'
import { handleEvent } from '../../commands/notifications.ts'
import { NOTIFICATIONS_PERSONAL_DATA } from '../../db/notifications/personal-data.ts'
import { TOPICS } from '../../events/catalogue.ts'
import { createMailer } from '../../notifications/channels/mail.ts'
import { createSmsProvider } from '../../notifications/channels/sms.ts'
import { createPushSender, pushSubject } from '../../notifications/channels/web-push.ts'
import { createMessageBudgets } from '../../notifications/message-budgets.ts'
import { createUnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { secretsOf } from '../../keys/rings.ts'
import { lookAfterDeliveries } from '../relays/promised.ts'
import { wakeNotifications } from '../relays/held.ts'
import { runDeliveryRelay } from '../relays/workflows.ts'
import { DATABASE_STEPS, type ServiceDefinition } from './service.ts'

export const notifications: ServiceDefinition<'notifications'> = {
  drains: true,
  activities: ({ db, internal, config, keys, stopping }) => {
    const shared = {
      db,
      internal,
      mailer: createMailer(config, stopping),
      sms: createSmsProvider(config),
      tokens: createUnsubscribeTokens(secretsOf(keys.unsubscribe)),
      budgets: createMessageBudgets(keys.limits[0].secret, config.RATE_LIMIT_SCALE),
      publicUrl: config.publicUrl,
      appUrl: config.appUrl,
    }
    return {
      ...createNotificationsActivities(shared),
      ...createDeliveryActivities({
        ...shared,
        push: createPushSender(keys.vapid, pushSubject(config)),
        gatherS: config.NOTIFY_GATHER_S,
      }),
    }
  },
  workflows: true,
  outlivesVersions: true,
  concurrency: () => DATABASE_STEPS,
  personalData: NOTIFICATIONS_PERSONAL_DATA,
  relays: [runDeliveryRelay, lookAfterDeliveries],
  schedules: [],
  subscriptions: [
    ({ db, internal, client }) => ({
      group: 'notifications',
      // All but what it says itself.
      topics: TOPICS.filter((topic) => topic !== 'notification_events'),
      handle: async (event) => {
        await handleEvent(db, event, internal.signIn)
        await wakeNotifications({ db, client }, event)
      },
      db,
    }),
  ],
}
