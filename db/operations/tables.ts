import { sql, type Kysely } from 'kysely'
import { createOutboxTables } from '../outbox/tables.ts'

/** In the baseline of every service: the tables of the accept path. Times have milliseconds, as the contract shows them. */
export async function createAcceptTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table operations (
      id text primary key,
      kind text not null check (kind in ('registration', 'generation', 'title', 'sharing', 'export', 'erasure')),
      owner_id uuid not null,
      status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
      stage text not null default 'queued',
      progress real not null default 0 check (progress between 0 and 1),
      attempt integer not null default 1,
      result jsonb,
      error_code text,
      cancel_requested_at timestamptz(3),
      request_id text not null,
      -- The W3C trace context of the request that was accepted, for its workflow: the relay may start it long after.
      traceparent text,
      workflow text not null,
      input jsonb not null,
      summary text not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp(),
      finished_at timestamptz(3),
      check ((finished_at is not null) = (status in ('succeeded', 'failed', 'cancelled'))),
      check ((error_code is not null) = (status = 'failed'))
    )`.execute(db)
  await sql`create index operations_owner on operations (owner_id, created_at desc, id desc)`.execute(db)
  await sql`create index operations_cancel on operations (cancel_requested_at) where cancel_requested_at is not null and finished_at is null`.execute(
    db,
  )
  await sql`
    create table start_intents (
      operation_id text primary key references operations (id) on delete cascade,
      due_at timestamptz(3) not null,
      tries integer not null default 0,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index start_intents_due on start_intents (due_at)`.execute(db)
  await sql`
    create table idempotency_keys (
      caller text not null,
      route text not null,
      key text not null,
      body_hash bytea not null,
      answer jsonb not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (caller, route, key)
    )`.execute(db)
  await sql`create index idempotency_keys_age on idempotency_keys (created_at)`.execute(db)
  await createOutboxTables(db)
}
