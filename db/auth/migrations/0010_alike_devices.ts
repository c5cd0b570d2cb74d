import { sql, type Kysely } from 'kysely'

/** Devices that look alike each keep a proof of their own: one that signs in without any takes none away from another. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index devices_unproven`.execute(db)
}
