import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { InboxTables } from './schema.ts'

/** Longer than any bus keeps an event that it might deliver again. */
const KEPT = sql`interval '30 days'`

/** Notes that the event is handled, in the transaction of its effect. Returns false when it was before. */
export async function noteEvent(trx: Transaction<InboxTables>, consumer: string, eventId: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('inbox')
    .values({ consumer, event_id: eventId })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function purgeInbox(db: Executor<InboxTables>): Promise<void> {
  await sql`delete from inbox where handled_at < clock_timestamp() - ${KEPT}`.execute(db)
}
