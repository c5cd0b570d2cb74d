import type { Kysely } from 'kysely'
import {
  listDeliveries,
  listNewer,
  newestNumber,
  NOTIFICATIONS_CHANNEL,
  standsInList,
} from '../../db/notifications/notifications.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { createWatch, type Watch } from '../../db/watch.ts'
import type { Language } from '../../language.ts'
import { presentNotification } from '../schemas/notifications.ts'
import type { Batch, EventSource } from './event-source.ts'
import { idGone } from './seen.ts'

/** For when a notification of the database was lost with its connection. */
const LOOK_MS = 5_000
const PAGE = 100

/** Hears whose list has news. @param url the database of `notifications`; null where this process does not serve it */
export const createNotificationWatch = (url: string | null): Watch => createWatch(url, NOTIFICATIONS_CHANNEL, LOOK_MS)

interface Deps {
  readonly db: Kysely<NotificationsDb>
  readonly watch: Watch
}

/**
 * What the person is told from now on, or what came behind the last event that was seen.
 * @param seen undefined: from now on; '0': from the first on
 * @throws AppError stream.id_gone for an event that is none of the person's, or no longer
 */
export async function notificationSource(
  deps: Deps,
  userId: string,
  seen: string | undefined,
  language: Language,
): Promise<EventSource> {
  // Before the answer begins: what comes after it must not be missed.
  const after = seen ?? (await newestNumber(deps.db, userId))
  if (seen !== undefined && seen !== '0' && !(await standsInList(deps.db, userId, seen))) idGone()
  return { after, batches: (signal) => batches(deps, userId, after, language, signal) }
}

async function* batches(
  { db, watch }: Deps,
  userId: string,
  after: string,
  language: Language,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  for (let seen = after; ;) {
    // Before reading: what is written right after the reading must wake us.
    const news = watch.next(userId, signal)
    news.catch(() => {})
    const rows = await listNewer(db, userId, seen, PAGE)
    const ids = rows.map((row) => row.id)
    const deliveries = await listDeliveries(db, ids)
    const of = (id: string) => deliveries.filter((d) => d.notification_id === id)
    const events = rows.map((row) => ({
      id: row.seq,
      event: 'notification',
      data: presentNotification(row, of(row.id), language),
    }))
    yield { events, closed: false }
    seen = rows.at(-1)?.seq ?? seen
    if (rows.length < PAGE) await news
  }
}
