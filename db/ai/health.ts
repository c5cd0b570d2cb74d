import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/** A worker's breaker opened or closed: the API shows it, whichever process it is. */
export async function setHealth(
  db: Executor<AiDb>,
  name: string,
  healthy: boolean,
  reason: string | null,
): Promise<void> {
  const row = { healthy, reason }
  await db
    .insertInto('provider_health')
    .values({ name, ...row })
    .onConflict((c) => c.column('name').doUpdateSet({ ...row, changed_at: sql`clock_timestamp()` }))
    .execute()
}

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
