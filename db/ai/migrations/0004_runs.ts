import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table generations
      add column mode text not null default 'script' check (mode in ('script', 'scene', 'titles')),
      add column scenario_id uuid,
      add column base_version integer,
      add column template_id uuid`.execute(db)
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
  // What a person has spent and promised in a month, and how it came about.
  await sql`
    create table budgets (
      owner_id uuid not null,
      period text not null,
      committed_micros bigint not null default 0 constraint budgets_not_negative check (committed_micros >= 0),
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
  await sql`
    create table provider_health (
      name text primary key,
      healthy boolean not null,
      reason text,
      changed_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index operations_open on operations (owner_id) where finished_at is null`.execute(db)
}
