import type { Transaction } from 'kysely'
import type { InboxTables } from './schema.ts'

/** Notes that the event is handled, in the transaction of its effect. Returns false when it was before. */
export async function noteEvent(trx: Transaction<InboxTables>, consumer: string, eventId: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('inbox')
    .values({ consumer, event_id: eventId })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
