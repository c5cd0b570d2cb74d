import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // With the token that was handed in, this salt gives its successor again; the database alone gives neither.
  await sql`alter table refresh_tokens add column successor_salt bytea`.execute(db)
  await sql`create index refresh_tokens_session on refresh_tokens (session_id)`.execute(db)
  await sql`alter table sessions add column revoked_for text`.execute(db)
  await sql`alter table accounts drop constraint accounts_status_check`.execute(db)
  await sql`
    alter table accounts
      add constraint accounts_status_check check (status in ('pending', 'active', 'erasing'))`.execute(db)
  await sql`create index accounts_pending on accounts (created_at) where status = 'pending'`.execute(db)
  await sql`
    create table letters (
      id uuid primary key,
      account_id uuid references accounts (id) on delete cascade,
      kind text not null,
      request_id text not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      handed_over_at timestamptz(3)
    )`.execute(db)
  await sql`create index letters_waiting on letters (created_at) where handed_over_at is null`.execute(db)
  await sql`create index letters_account on letters (account_id)`.execute(db)
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
