import type { Kysely } from 'kysely'
import { settledBetween } from '../db/ai/ledger.ts'
import type { AiDb } from '../db/ai/schema.ts'

/** Longer than a transaction that settles may stay open: what lies before is what it will always be. */
const LATE_MS = 600_000

/**
 * All that the ledger ever settled, millionths, read anew only for the last ten minutes: the whole table is summed once for each process.
 * A purge of what is 400 days old does not lower it before the next start.
 */
export function createLedgerTotal(db: Kysely<AiDb>): () => Promise<number> {
  let until = new Date(0)
  let before = 0
  return async () => {
    const next = new Date(Date.now() - LATE_MS)
    before += await settledBetween(db, until, next)
    until = next
    return before + (await settledBetween(db, until, undefined))
  }
}
