import { sql, type Kysely } from 'kysely'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await sql`
    create table generations (
      operation_id text primary key references operations (id) on delete cascade deferrable initially deferred,
      owner_id uuid not null,
      request jsonb not null,
      draft jsonb,
      provider text,
      model text,
      is_demo boolean,
      input_tokens integer,
      output_tokens integer,
      calls integer not null default 0,
      attempt integer not null default 1,
      rejected_answers integer not null default 0,
      first_called_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp(),
      written_at timestamptz(3)
    )`.execute(db)
  await sql`create index generations_owner on generations (owner_id, created_at desc)`.execute(db)
}
