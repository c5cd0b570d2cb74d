import { EventEmitter, once } from 'node:events'
import { listenTo } from '../db/listener.ts'

/** Workers may be on other machines and a notification may be lost: streams look by themselves after this time. */
const LOOK_MS = 2_000
/** Written with the events, in the same transaction (`db/ai/events.ts`). */
export const CHANNEL = 'operation_events'

export interface OperationWatch {
  /** Settles when something may have been written about the operation, and at the latest after 2 s. Rejects when aborted. */
  next(operationId: string, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/**
 * One connection for all streams of the process hears which operation has news.
 * @param url the database of `ai`; null where this process does not serve it, and then streams only look from time to time
 */
export function createOperationWatch(url: string | null): OperationWatch {
  const news = new EventEmitter().setMaxListeners(0)
  const listener = url
    ? listenTo(url, [CHANNEL], (_, id) => {
        // An empty one means a new connection: anything may have been missed.
        for (const name of id === '' ? news.eventNames() : [id]) news.emit(name)
      })
    : undefined
  return {
    next: async (operationId, signal) => {
      const late = AbortSignal.timeout(LOOK_MS)
      await once(news, operationId, { signal: AbortSignal.any([signal, late]) }).catch(() => signal.throwIfAborted())
    },
    stop: async () => listener?.stop(),
  }
}
