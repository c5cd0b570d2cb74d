import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../trace.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { EVENTS, type EventData, type EventType } from './catalogue.ts'

/**
 * Writes an event in the transaction of the change it tells of, so that neither is ever seen without the other. The trace
 * context is the one in which that happens.
 * @param requestId the request that caused it, for tracing
 */
export async function appendEvent<T extends EventType>(
  trx: Transaction<AcceptTables>,
  type: T,
  data: EventData<T>,
  requestId: string | null = null,
): Promise<void> {
  const { topic, key } = EVENTS[type]
  await trx
    .insertInto('outbox')
    .values({
      id: uuidv7(),
      topic,
      type,
      key: String((data as Record<string, unknown>)[key]),
      data: JSON.stringify(data),
      request_id: requestId,
      traceparent: currentTrace(),
    })
    .execute()
}
