import { EventEmitter, once } from 'node:events'
import { joinSignals } from '../network/joined-signal.ts'
import { listenTo } from './listener.ts'

/** Says that something may have been written about an id. */
export interface Watch {
  /** Settles when there may be news of the id, and at the latest after the watch's time. Rejects when aborted. */
  next(id: string, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/**
 * One connection for all who wait in this process. Notifications of the channel carry ids.
 * @param url null where this process does not have the database: then `next` only settles from time to time
 * @param lookMs after how many milliseconds one looks without news: writers may be elsewhere and a notification may be lost
 */
export function createWatch(url: string | null, channel: string, lookMs: number): Watch {
  const news = new EventEmitter().setMaxListeners(0)
  const listener = url
    ? listenTo(url, [channel], (_, id) => {
        // An empty one means a new connection: anything may have been missed.
        for (const name of id === '' ? news.eventNames() : [id]) news.emit(name)
      })
    : undefined
  return {
    next: async (id, signal) => {
      using limited = joinSignals([signal], lookMs)
      await once(news, id, { signal: limited.signal }).catch(() => signal.throwIfAborted())
    },
    stop: async () => listener?.stop(),
  }
}
