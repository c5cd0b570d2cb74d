import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/** Rows of one round: the next one comes within a minute. */
const BATCH = 5_000

/**
 * Removes what has had its time: events of operations that ended longer ago than their history is kept (the ends stay, for who asks how it ended), and the texts of model calls, of
 * which their sums stay. May run anywhere, any number of times.
 */
export async function removeExpired(
  db: Executor<AiDb>,
  days: { readonly events: number; readonly texts: number },
): Promise<void> {
  await sql`
    delete from operation_events where (operation_id, seq) in (
      select e.operation_id, e.seq from operation_events e join operations o on o.id = e.operation_id
      where e.type not in ('succeeded', 'failed', 'cancelled')
        and e.created_at < clock_timestamp() - make_interval(days => ${days.events})
        and o.finished_at < clock_timestamp() - make_interval(days => ${days.events})
      order by e.created_at limit ${BATCH})`.execute(db)
  await sql`
    update calls set messages = '', answer = null where id in (
      select id from calls
      where octet_length(messages) > 0 and started_at < clock_timestamp() - make_interval(days => ${days.texts})
      order by started_at limit ${BATCH})`.execute(db)
}
