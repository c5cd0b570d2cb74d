import { sql, type Transaction } from 'kysely'
import type { AuthDb } from './schema.ts'

/** Removes what is past its time. Ended sessions are kept a month for the question which ones there were; acts half a year. */
export async function purgeAuth(trx: Transaction<AuthDb>): Promise<void> {
  await sql`select set_config('scenor.removing', 'yes', true)`.execute(trx)
  await sql`delete from one_time_tokens where expires_at < clock_timestamp()`.execute(trx)
  await sql`delete from archives where expires_at < clock_timestamp()`.execute(trx)
  await sql`delete from letters where handed_over_at < clock_timestamp() - interval '7 days'`.execute(trx)
  await sql`
    delete from sessions
    where least(expires_at, revoked_at) < clock_timestamp() - interval '30 days'`.execute(trx)
  await sql`delete from security_events where created_at < clock_timestamp() - interval '180 days'`.execute(trx)
}
