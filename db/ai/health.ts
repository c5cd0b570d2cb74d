import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/**
 * A worker's breaker opened or closed: the API shows it, whichever process it is.
 * @returns whether admins are to be told of it: it does not work, and nobody said so since it last did
 */
export async function setHealth(
  db: Executor<AiDb>,
  name: string,
  healthy: boolean,
  reason: string | null,
): Promise<boolean> {
  const row = { healthy, reason, ...(healthy && { told_at: null }) }
  const { told_at } = await db
    .insertInto('provider_health')
    .values({ name, ...row })
    .onConflict((c) => c.column('name').doUpdateSet({ ...row, changed_at: sql`clock_timestamp()` }))
    .returning('told_at')
    .executeTakeFirstOrThrow()
  return !healthy && told_at === null
}

/** Claims the telling, in the transaction that writes it. Of several workers that found out the same one gets true. */
export async function claimTelling(trx: Transaction<AiDb>, name: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('provider_health')
    .set({ told_at: sql<Date>`clock_timestamp()` })
    .where('name', '=', name)
    .where('healthy', '=', false)
    .where('told_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What workers found out of each provider last. */
export const listHealth = (
  db: Executor<AiDb>,
): Promise<{ name: string; healthy: boolean; reason: string | null; changed_at: Date }[]> =>
  db.selectFrom('provider_health').select(['name', 'healthy', 'reason', 'changed_at']).execute()

/** Names of providers that do not work now, as far as a worker found out within the last 10 minutes. */
export async function unhealthyProviders(db: Executor<AiDb>): Promise<Set<string>> {
  const rows = await db
    .selectFrom('provider_health')
    .select('name')
    .where('healthy', '=', false)
    .where(sql<boolean>`changed_at > clock_timestamp() - interval '10 minutes'`)
    .execute()
  return new Set(rows.map((row) => row.name))
}
