import { sql, type Insertable } from 'kysely'
import { RETENTION } from '../../retention.ts'
import type { Executor } from '../connection.ts'
import { ahead } from '../time.ts'
import type { AuthDb, StreamTicketsTable } from './schema.ts'

/** @returns when its time is over */
export async function insertStreamTicket(
  db: Executor<AuthDb>,
  ticket: Omit<Insertable<StreamTicketsTable>, 'expires_at'>,
): Promise<Date> {
  const { expires_at } = await db
    .insertInto('stream_tickets')
    .values({ ...ticket, expires_at: ahead(RETENTION.streamTickets) })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return expires_at
}

/**
 * Uses a ticket up: of two requests at once, at whichever processes, one gets the session. One for another stream stays as it is.
 * @param path of the stream that is asked for
 */
export function takeStreamTicket(
  db: Executor<AuthDb>,
  tokenHash: Buffer,
  path: string,
): Promise<{ session_id: string; token_expires_at: Date } | undefined> {
  return db
    .deleteFrom('stream_tickets')
    .where('token_hash', '=', tokenHash)
    .where((e) => e.or([e('path', 'is', null), e('path', '=', path)]))
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .returning(['session_id', 'token_expires_at'])
    .executeTakeFirst()
}
