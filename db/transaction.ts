import type { Kysely, Transaction } from 'kysely'

/**
 * Takes a statement that nobody waits for: it goes out with the commit, in one write, and when it fails, the commit fails with its error.
 * It must be asked for before the work is done: what comes later is refused, and the transaction rejects although it is committed.
 */
export type Last = (statement: Promise<unknown>) => void

/** Runs work in a transaction; what it hands to `last` saves a round trip. */
export async function inTransaction<DB, T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>, last: Last) => Promise<T>,
): Promise<T> {
  const lasts: Promise<unknown>[] = []
  const last: Last = (statement) => {
    lasts.push(statement)
    // The commit tells of it.
    statement.catch(() => {})
  }
  const result = await db.transaction().execute((trx) => work(trx, last))
  await Promise.all(lasts)
  return result
}
