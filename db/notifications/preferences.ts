import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { Channel, NotificationTopic, TopicChoices } from '../../notifications/topics.ts'
import type { NotificationsDb, QuietHours } from './schema.ts'

export interface Preferences {
  readonly chosen: TopicChoices
  readonly quiet_hours: QuietHours | null
  readonly digest: 'off' | 'daily'
}

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
