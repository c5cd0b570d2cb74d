import { z } from 'zod'
import type { Preferences } from '../../db/notifications/preferences.ts'
import { CHANNEL_NAMES, isMandatory, TOPIC_NAMES, wholeTable } from '../../notifications/topics.ts'
import { DELIVERY_STATUSES, type DeliveryRow, type NotificationRow } from '../../db/notifications/schema.ts'
import type { Language } from '../../language.ts'
import type { Reason } from '../../errors/reasons.ts'
import { isTimezone } from '../../notifications/quiet-hours.ts'
import { wordingOf } from '../../notifications/texts/wording.ts'
import { page } from '../http/cursor.ts'
import { text, uuid } from './text.ts'

const topic = z.enum(TOPIC_NAMES)
const channel = z.enum(CHANNEL_NAMES)

export const Notification = z
  .object({
    id: z.uuid(),
    user_id: z.uuid(),
    topic,
    title: z.string(),
    body: z.string(),
    /** The script that it is about. */
    scenario_id: z.uuid().nullable(),
    read_at: z.iso.datetime().nullable(),
    deliveries: z.array(z.object({ channel, status: z.enum(DELIVERY_STATUSES), attempts: z.int().min(0) })),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Notification' })

export const NewNotification = z.strictObject({
  user_id: uuid,
  topic,
  title: text(1, 200),
  body: text(1, 5_000),
  channels: z
    .array(channel)
    .min(1)
    .max(CHANNEL_NAMES.length)
    .transform((all) => [...new Set(all)])
    .optional(),
  dedupe_key: text(1, 200).optional(),
})

export const NotificationList = z.object({
  items: z.array(Notification),
  next_cursor: z.string().nullable(),
  unread_count: z.int().min(0),
})
export const NotificationQuery = z.object({ ...page, unread: z.enum(['true', 'false']).optional() })
export const NotificationParams = z.object({ id: uuid })

/** Of what somebody else has worded nothing is known. */
function scriptOf({ kind, params }: NotificationRow): string | null {
  const id = kind === 'custom' ? undefined : params['scenario_id']
  return typeof id === 'string' ? id : null
}

/** In the order of the channels' list. @param deliveries of this notification */
export function presentNotification(
  row: NotificationRow,
  deliveries: readonly DeliveryRow[],
  language: Language,
): z.input<typeof Notification> {
  return {
    id: row.id,
    user_id: row.user_id,
    topic: row.topic,
    ...wordingOf(row, language),
    scenario_id: scriptOf(row),
    read_at: row.read_at?.toISOString() ?? null,
    deliveries: CHANNEL_NAMES.flatMap((name) =>
      deliveries.filter((d) => d.channel === name).map(({ status, attempts }) => ({ channel: name, status, attempts })),
    ),
    created_at: row.created_at.toISOString(),
  }
}

const Switches = z.object({ in_app: z.boolean(), email: z.boolean(), sms: z.boolean(), web_push: z.boolean() })
const QuietHoursSchema = z
  .strictObject({
    start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hours_minutes'),
    end: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hours_minutes'),
    timezone: z.string().max(64).refine(isTimezone, 'time_zone'),
  })
  .refine((q) => q.start !== q.end, { error: 'differ_from start', path: ['end'] })

export const PreferencesBody = z
  .strictObject({
    topics: z.partialRecord(topic, Switches.partial().strict()).default({}),
    quiet_hours: QuietHoursSchema.nullable().default(null),
    digest: z.enum(['off', 'daily']).default('off'),
  })
  .superRefine(({ topics }, context) => {
    for (const name of TOPIC_NAMES.filter(isMandatory))
      for (const [where, on] of Object.entries(topics[name] ?? {}))
        if (on === false)
          context.addIssue({ code: 'custom', path: ['topics', name, where], message: 'mandatory' satisfies Reason })
  })

export const PreferencesView = z
  .object({
    topics: z.record(topic, Switches),
    quiet_hours: z.object({ start: z.string(), end: z.string(), timezone: z.string() }).nullable(),
    digest: z.enum(['off', 'daily']),
  })
  .meta({ id: 'NotificationPreferences' })

export const presentPreferences = (preferences: Preferences): z.input<typeof PreferencesView> => ({
  topics: wholeTable(preferences),
  quiet_hours: preferences.quiet_hours && { ...preferences.quiet_hours },
  digest: preferences.digest,
})
