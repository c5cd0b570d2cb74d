import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await sql`
    create table scenarios (
      id uuid primary key,
      owner_id uuid not null,
      title text not null,
      description text,
      status text not null check (status in ('draft', 'in_progress', 'completed', 'archived')),
      tags text[] not null default '{}',
      language text not null,
      platform text not null,
      kind text not null,
      tone text[] not null default '{}',
      audience text not null,
      target_duration_s real not null,
      hook text not null,
      cta text not null,
      disclosure text,
      scenes jsonb not null,
      source text not null check (source in ('human', 'ai', 'mixed')),
      is_demo boolean not null,
      template_id uuid,
      version integer not null default 1,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp(),
      deleted_at timestamptz(3)
    )`.execute(db)
  await sql`create index scenarios_owner on scenarios (owner_id, updated_at desc, id desc) where deleted_at is null`.execute(
    db,
  )
  await sql`
    create table scenario_versions (
      scenario_id uuid not null references scenarios (id) on delete cascade,
      n integer not null,
      author_id uuid not null,
      origin text not null check (origin in ('human', 'ai', 'restore')),
      message text,
      content jsonb not null,
      operation_id text constraint scenario_versions_operation_key unique,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (scenario_id, n)
    )`.execute(db)
}
