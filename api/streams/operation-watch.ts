import { createWatch, type Watch } from '../../db/watch.ts'

/** Written with the events, in the same transaction (`db/ai/operation-events.ts`). */
const CHANNEL = 'operation_events'
const LOOK_MS = 2_000

/** Hears which operation has news. @param url the database of `ai`; null where this process does not serve it */
export const createOperationWatch = (url: string | null): Watch => createWatch(url, CHANNEL, LOOK_MS)
