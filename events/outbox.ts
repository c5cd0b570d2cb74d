import type { Insertable, Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { AcceptTables, OutboxTable } from '../db/operations/schema.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { EVENTS, versionOf, type EventData, type EventType } from './catalogue.ts'

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
  await trx
    .insertInto('outbox')
    .values(eventRow(type, data, requestId))
    .execute()
}

/** An event as a row of the outbox, for a statement that writes it together with what it tells of. */
export function eventRow<T extends EventType>(
  type: T,
  data: EventData<T>,
  request_id: string | null,
): Insertable<OutboxTable> {
  const { topic, key } = EVENTS[type]
  const aggregate = String((data as Record<string, unknown>)[key])
  return {
    id: uuidv7(),
    topic,
    type,
    version: versionOf(type),
    key: aggregate,
    data: JSON.stringify(data),
    request_id,
    traceparent: currentTrace(),
  }
}
