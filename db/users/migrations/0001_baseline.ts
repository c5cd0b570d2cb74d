import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await sql`
    create table profiles (
      id uuid primary key,
      username text not null,
      full_name text,
      phone_number text,
      phone_verified_at timestamptz(3),
      avatar_url text,
      bio text,
      locale text,
      timezone text,
      settings jsonb not null default '{}',
      version integer not null default 1,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create unique index profiles_username_key on profiles (lower(username))`.execute(db)
  await sql`
    create function forget_phone_proof() returns trigger language plpgsql as $$
    begin
      new.phone_verified_at := null;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger phone_changed before update of phone_number on profiles
      for each row when (new.phone_number is distinct from old.phone_number)
      execute function forget_phone_proof()`.execute(db)
  // One at a time for each person: asking again makes the code before it worthless.
  await sql`
    create table phone_codes (
      id uuid primary key,
      user_id uuid not null constraint phone_codes_user_key unique references profiles (id) on delete cascade,
      phone_number text not null,
      request_id text not null,
      -- The trace of the request for a code, for the workflow that sends it.
      traceparent text,
      code_hash bytea,
      tries integer not null default 0,
      handed_over_at timestamptz(3),
      expires_at timestamptz(3) not null,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index phone_codes_waiting on phone_codes (created_at) where handed_over_at is null`.execute(db)
  await sql`create index phone_codes_expired on phone_codes (expires_at)`.execute(db)
}
