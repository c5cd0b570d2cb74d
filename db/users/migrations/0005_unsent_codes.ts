import { sql, type Kysely } from 'kysely'

/** Codes whose text is not written yet are looked after: few of all that there are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index phone_codes_unsent on phone_codes (coalesce(looked_after_at, handed_over_at))
    where handed_over_at is not null and code_hash is null`.execute(db)
}
