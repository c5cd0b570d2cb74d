import type { Kysely } from 'kysely'
import { EventEmitter, once } from 'node:events'
import { listenTo } from '../db/listener.ts'
import { listDeliveries, listNewer, newestNumber, NOTIFICATIONS_CHANNEL } from '../db/notifications/notifications.ts'
import type { NotificationsDb } from '../db/notifications/schema.ts'
import type { Language } from '../errors.ts'
import { presentNotification } from './schemas/notifications.ts'
import type { StreamWriter } from './sse.ts'

/** For when a notification of the database was lost with its connection. */
const LOOK_MS = 5_000
const PAGE = 100

export interface NotificationWatch {
  /** Settles when the person's list may have grown, and at the latest after 5 s. Rejects when aborted. */
  next(userId: string, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** One connection for all streams of the process. @param url null where this process does not serve notifications */
export function createNotificationWatch(url: string | null): NotificationWatch {
  const news = new EventEmitter().setMaxListeners(0)
  const listener = url
    ? listenTo(url, [NOTIFICATIONS_CHANNEL], (_, userId) => {
        // An empty one means a new connection: anything may have been missed.
        for (const name of userId === '' ? news.eventNames() : [userId]) news.emit(name)
      })
    : undefined
  return {
    next: async (userId, signal) => {
      const late = AbortSignal.timeout(LOOK_MS)
      await once(news, userId, { signal: AbortSignal.any([signal, late]) }).catch(() => signal.throwIfAborted())
    },
    stop: async () => listener?.stop(),
  }
}

/**
 * Streams what the person is told from now on, or what came behind the event that he saw last.
 * @param lastEventId as the client sent it; one that is no number of ours counts as none
 */
export async function streamNotifications(
  { db, watch }: { db: Kysely<NotificationsDb>; watch: NotificationWatch },
  userId: string,
  lastEventId: string | undefined,
  language: Language,
): Promise<StreamWriter> {
  // Before the answer begins: what comes after it must not be missed.
  let seen = /^\d{1,18}$/.test(lastEventId ?? '') ? (lastEventId as string) : await newestNumber(db, userId)
  return async (stream) => {
    for (;;) {
      // Before reading: what is written right after the reading must wake us.
      const news = watch.next(userId, stream.signal)
      news.catch(() => {})
      const rows = await listNewer(db, userId, seen, PAGE)
      const deliveries = await listDeliveries(
        db,
        rows.map((row) => row.id),
      )
      for (const row of rows) {
        const mine = deliveries.filter((d) => d.notification_id === row.id)
        await stream.send({ id: row.seq, event: 'notification', data: presentNotification(row, mine, language) })
        seen = row.seq
      }
      if (rows.length < PAGE) await news
    }
  }
}
