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
}
