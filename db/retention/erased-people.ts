import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely'
import pg from 'pg'

const POLL_MS = 50

const hashOf = (personId: string) => createHash('sha256').update(personId.toLowerCase()).digest()

/**
 * Whether a person was erased: to be asked in the transaction that writes something of them because somebody else said so, an event for
 * instance, which may be late. What asks too early is refused by the database itself (`refuseErased`) and finds out when it asks again.
 */
export async function isErased(db: QueryExecutorProvider, personId: string): Promise<boolean> {
  const { rows } = await sql`select from erased_people where person = ${hashOf(personId)}`.execute(db)
  return rows.length > 0
}

/** The database has refused a row of a person who was erased. */
export const isOfErasedPerson = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === 'SC001'

/**
 * From now on no row of this person is written, and when it resolves none is being written: who wrote before the mark was there has
 * committed or is gone.
 * @param waiting told while it waits for a transaction; may throw to give up
 */
export async function markErased<DB>(db: Kysely<DB>, personId: string, waiting = () => {}): Promise<void> {
  await sql`insert into erased_people (person) values (${hashOf(personId)}) on conflict do nothing`.execute(db)
  const { rows } = await sql<{ xid: string }>`
    select l.transactionid::text as xid from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
      and a.datname = current_database() and l.pid <> pg_backend_pid()`.execute(db)
  const writers = rows.map(({ xid }) => xid)
  const atWork = async () => {
    const left = await sql`
      select from pg_locks where locktype = 'transactionid' and mode = 'ExclusiveLock' and granted
        and transactionid::text = any(${writers}::text[]) limit 1`.execute(db)
    return left.rows.length > 0
  }
  while (writers.length > 0 && (await atWork())) {
    waiting()
    await delay(POLL_MS)
  }
}
