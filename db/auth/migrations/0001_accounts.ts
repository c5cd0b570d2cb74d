import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await sql`
    create table accounts (
      id uuid primary key,
      email text not null constraint accounts_email_key unique check (email = lower(email)),
      email_verified_at timestamptz(3),
      password_hash text not null,
      pepper_id text not null,
      status text not null default 'pending' check (status in ('pending', 'active')),
      roles text[] not null default '{user}',
      phone_number text,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`
    create table sessions (
      id uuid primary key,
      account_id uuid not null references accounts (id) on delete cascade,
      user_agent text,
      ip text,
      created_at timestamptz(3) not null default clock_timestamp(),
      last_used_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null,
      revoked_at timestamptz(3)
    )`.execute(db)
  await sql`create index sessions_account on sessions (account_id, created_at desc, id desc)`.execute(db)
  await sql`
    create table refresh_tokens (
      token_hash bytea primary key,
      session_id uuid not null references sessions (id) on delete cascade,
      issued_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null,
      used_at timestamptz(3)
    )`.execute(db)
  // One living token for each session: a second one could not be told from a stolen one.
  await sql`create unique index refresh_tokens_living on refresh_tokens (session_id) where used_at is null`.execute(db)
}
