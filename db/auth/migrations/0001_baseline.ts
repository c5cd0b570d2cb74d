import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await createAccounts(db)
  await createSecurityEvents(db)
  await createPersonalData(db)
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table accounts (
      id uuid primary key,
      email text not null constraint accounts_email_key unique check (email = lower(email)),
      email_verified_at timestamptz(3),
      password_hash text not null,
      pepper_id text not null,
      status text not null default 'pending' check (status in ('pending', 'active', 'erasing')),
      roles text[] not null default '{user}',
      phone_number text,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index accounts_pending on accounts (created_at) where status = 'pending'`.execute(db)
  await sql`
    create table sessions (
      id uuid primary key,
      account_id uuid not null references accounts (id) on delete cascade,
      user_agent text,
      ip text,
      created_at timestamptz(3) not null default clock_timestamp(),
      last_used_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null,
      revoked_at timestamptz(3),
      revoked_for text
    )`.execute(db)
  await sql`create index sessions_account on sessions (account_id, created_at desc, id desc)`.execute(db)
  await sql`
    create table refresh_tokens (
      token_hash bytea primary key,
      session_id uuid not null references sessions (id) on delete cascade,
      issued_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null,
      used_at timestamptz(3),
      -- With the token that was handed in, this salt gives its successor again; the database alone gives neither.
      successor_salt bytea
    )`.execute(db)
  // One living token for each session: a second one could not be told from a stolen one.
  await sql`create unique index refresh_tokens_living on refresh_tokens (session_id) where used_at is null`.execute(db)
  await sql`create index refresh_tokens_session on refresh_tokens (session_id)`.execute(db)
  await sql`
    create table one_time_tokens (
      token_hash bytea primary key,
      purpose text not null check (purpose in ('verify_email', 'reset_password')),
      account_id uuid not null references accounts (id) on delete cascade,
      created_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null
    )`.execute(db)
  await sql`create index one_time_tokens_account on one_time_tokens (account_id)`.execute(db)
  await sql`
    create table letters (
      id uuid primary key,
      account_id uuid references accounts (id) on delete cascade,
      kind text not null,
      request_id text not null,
      -- The trace of the request that a mail tells of, for the workflow that sends it.
      traceparent text,
      created_at timestamptz(3) not null default clock_timestamp(),
      handed_over_at timestamptz(3)
    )`.execute(db)
  await sql`create index letters_waiting on letters (created_at) where handed_over_at is null`.execute(db)
  await sql`create index letters_account on letters (account_id)`.execute(db)
}

async function createSecurityEvents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table security_events (
      id uuid primary key,
      account_id uuid,
      session_id uuid,
      kind text not null,
      request_id text not null,
      ip_prefix text,
      user_agent text,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index security_events_account on security_events (account_id, created_at)`.execute(db)
  await sql`create index security_events_age on security_events (created_at)`.execute(db)
  // Append-only: rows go only where an erasure or the end of their keeping says so in its transaction.
  await sql`
    create function security_events_append_only() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and current_setting('scenor.removing', true) = 'yes' then return old; end if;
      raise exception 'security_events is append-only';
    end $$`.execute(db)
  await sql`
    create trigger security_events_append_only before update or delete on security_events
      for each row execute function security_events_append_only()`.execute(db)
}

async function createPersonalData(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table archives (
      operation_id text primary key references operations (id) on delete cascade,
      account_id uuid not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      expires_at timestamptz(3) not null
    )`.execute(db)
  await sql`
    create table archive_parts (
      operation_id text not null references archives (operation_id) on delete cascade,
      service text not null,
      content jsonb not null,
      primary key (operation_id, service)
    )`.execute(db)
  await sql`
    create table erasure_receipts (
      operation_id text primary key,
      counts jsonb not null,
      requested_at timestamptz(3) not null,
      finished_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}
