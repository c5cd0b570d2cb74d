import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import {
  CHANNELS,
  NOTIFICATION_TOPICS,
  type Channel,
  type NotificationsDb,
  type NotificationTopic,
  type QuietHours,
  type TopicChoices,
} from './schema.ts'

export interface Preferences {
  readonly chosen: TopicChoices
  readonly quiet_hours: QuietHours | null
  readonly digest: 'off' | 'daily'
}

/** What concerns the safety of the account reaches the person on every channel, at any hour. */
export const MANDATORY: readonly NotificationTopic[] = ['security', 'account']

const NONE: Preferences = { chosen: {}, quiet_hours: null, digest: 'off' }

export async function findPreferences(db: Executor<NotificationsDb>, userId: string): Promise<Preferences> {
  const row = await db.selectFrom('preferences').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row ? { chosen: row.topics, quiet_hours: row.quiet_hours, digest: row.digest } : NONE
}

export async function savePreferences(
  db: Executor<NotificationsDb>,
  userId: string,
  { chosen, quiet_hours, digest }: Preferences,
): Promise<void> {
  const row = {
    topics: JSON.stringify(chosen),
    quiet_hours: quiet_hours && JSON.stringify(quiet_hours),
    digest,
  }
  await db
    .insertInto('preferences')
    .values({ user_id: userId, ...row })
    .onConflict((c) => c.column('user_id').doUpdateSet({ ...row, updated_at: sql`clock_timestamp()` }))
    .execute()
}

/** One click in a mail: no more mails of these topics. */
export async function switchOff(
  trx: Transaction<NotificationsDb>,
  userId: string,
  topics: readonly NotificationTopic[],
  channel: Channel,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`preferences ${userId}`}, 0))`.execute(trx)
  const before = await findPreferences(trx, userId)
  const off = topics.map((topic) => [topic, { ...before.chosen[topic], [channel]: false }])
  const chosen = { ...before.chosen, ...(Object.fromEntries(off) as TopicChoices) }
  await savePreferences(trx, userId, { ...before, chosen })
}

/** SMS cost money and wake people; a mail for each script that took seconds, in front of the one who waited for it, is noise. */
const isUsual = (topic: NotificationTopic, channel: Channel): boolean =>
  channel !== 'sms' && !(topic === 'generation_finished' && channel === 'email')

/** What the person chose, else what is usual. */
export function isOn({ chosen }: Preferences, topic: NotificationTopic, channel: Channel): boolean {
  return MANDATORY.includes(topic) || (chosen[topic]?.[channel] ?? isUsual(topic, channel))
}

/** Whether the person said no, in words: then nobody else's wish counts. */
export const isRefused = ({ chosen }: Preferences, topic: NotificationTopic, channel: Channel): boolean =>
  !MANDATORY.includes(topic) && chosen[topic]?.[channel] === false

/** Every topic and channel. */
export function wholeTable(preferences: Preferences): Record<NotificationTopic, Record<Channel, boolean>> {
  return Object.fromEntries(
    NOTIFICATION_TOPICS.map((topic) => [
      topic,
      Object.fromEntries(CHANNELS.map((channel) => [channel, isOn(preferences, topic, channel)])),
    ]),
  ) as Record<NotificationTopic, Record<Channel, boolean>>
}
