import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await sql`create index operations_open on operations (owner_id) where finished_at is null`.execute(db)
  await sql`
    create table generations (
      operation_id text primary key references operations (id) on delete cascade deferrable initially deferred,
      owner_id uuid not null,
      mode text not null default 'script' check (mode in ('script', 'scene', 'titles')),
      request jsonb not null,
      scenario_id uuid,
      base_version integer,
      template_id uuid,
      draft jsonb,
      provider text,
      model text,
      is_demo boolean,
      input_tokens integer,
      output_tokens integer,
      calls integer not null default 0,
      attempt integer not null default 1,
      rejected_answers integer not null default 0,
      event_seq bigint not null default 0,
      first_called_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp(),
      written_at timestamptz(3)
    )`.execute(db)
  await sql`create index generations_owner on generations (owner_id, created_at desc)`.execute(db)
  await sql`
    create table operation_events (
      operation_id text not null references generations (operation_id) on delete cascade,
      seq bigint not null,
      type text not null,
      data jsonb not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (operation_id, seq)
    )`.execute(db)
  // Texts on their way are only of use while somebody watches, and the purge goes by age; ends stay for good.
  await sql`create index operation_events_age on operation_events (created_at) where type not in ('succeeded', 'failed', 'cancelled')`.execute(
    db,
  )
  await createCalls(db)
  await createBudgets(db)
  await sql`
    create table provider_health (
      name text primary key,
      healthy boolean not null,
      reason text,
      -- When admins were told that the provider does not work; null again once it does.
      told_at timestamptz(3),
      changed_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}

async function createCalls(db: Kysely<unknown>): Promise<void> {
  // Paid answers, one for each step of an operation: a step that runs again finds its answer instead of paying twice.
  await sql`
    create table answers (
      operation_id text not null references generations (operation_id) on delete cascade,
      step text not null,
      answer jsonb not null,
      provider text not null,
      model text not null,
      is_demo boolean not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (operation_id, step)
    )`.execute(db)
  // Every call that went out, answered or not.
  await sql`
    create table calls (
      id uuid primary key,
      operation_id text not null references generations (operation_id) on delete cascade,
      owner_id uuid not null,
      attempt integer not null,
      step text not null,
      provider text not null,
      model text not null,
      model_served text,
      endpoint text not null,
      rung text not null,
      prompt_name text not null,
      prompt_version integer not null,
      prompt_hash text not null,
      messages bytea not null,
      parameters jsonb not null,
      answer bytea,
      outcome text,
      note text,
      input_tokens integer not null,
      output_tokens integer not null,
      usage_estimated boolean not null,
      price_version text not null,
      priced boolean not null,
      cost_micros bigint not null check (cost_micros >= 0),
      first_token_ms integer,
      duration_ms integer,
      started_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index calls_operation on calls (operation_id, started_at)`.execute(db)
  await sql`create index calls_owner on calls (owner_id, started_at)`.execute(db)
  // What is to be emptied when its time is over: once a minute the purge asks for the oldest.
  await sql`create index calls_with_texts on calls (started_at) where octet_length(messages) > 0`.execute(db)
}

/** What a person has spent and promised in a month, and how it came about. */
async function createBudgets(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table budgets (
      owner_id uuid not null,
      period text not null,
      committed_micros bigint not null default 0 constraint budgets_not_negative check (committed_micros >= 0),
      -- What is spent of it, kept: the sum of a month's settlements would grow with every generation that is settled.
      spent_micros bigint not null default 0,
      -- Up to which percentage of the month's budget the person was told that it is spent.
      told_percent smallint not null default 0,
      primary key (owner_id, period)
    )`.execute(db)
  await sql`
    create table ledger (
      operation_id text not null,
      attempt integer not null,
      phase text not null check (phase in ('reserve', 'settle')),
      owner_id uuid not null,
      period text not null,
      amount_micros bigint not null check (amount_micros >= 0),
      created_at timestamptz(3) not null default clock_timestamp(),
      constraint ledger_once unique (operation_id, attempt, phase)
    )`.execute(db)
  await sql`create index ledger_owner on ledger (owner_id, period)`.execute(db)
}
