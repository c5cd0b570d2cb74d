import { sql, type Kysely } from 'kysely'

/** In every service's database: who may do what only one process may at a time. */
export async function createLeaseTable(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table leases (
      name text primary key,
      -- Of a process, as operators read it.
      holder text not null,
      -- Grows with each holder: what an earlier one still writes is told by it.
      fence bigint not null,
      expires_at timestamptz(3) not null
    )`.execute(db)
}
