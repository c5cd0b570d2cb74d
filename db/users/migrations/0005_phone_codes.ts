import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // One at a time for each person: asking again makes the code before it worthless.
  await sql`
    create table phone_codes (
      id uuid primary key,
      user_id uuid not null constraint phone_codes_user_key unique references profiles (id) on delete cascade,
      phone_number text not null,
      request_id text not null,
      code_hash bytea,
      tries integer not null default 0,
      handed_over_at timestamptz(3),
      expires_at timestamptz(3) not null,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index phone_codes_waiting on phone_codes (created_at) where handed_over_at is null`.execute(db)
  await sql`create index phone_codes_expired on phone_codes (expires_at)`.execute(db)
}
