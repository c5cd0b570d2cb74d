import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table shares (
      id uuid primary key,
      scenario_id uuid not null references scenarios (id) on delete cascade,
      user_id uuid,
      email text check (email = lower(email)),
      token_hash bytea constraint shares_token_key unique,
      role text not null check (role in ('viewer', 'commenter', 'editor')),
      status text not null check (status in ('active', 'invited', 'revoked')),
      created_by uuid not null,
      expires_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp(),
      -- A link is for whoever has it, everything else for one person.
      check ((token_hash is not null) <> (user_id is not null or email is not null)),
      check (status <> 'active' or token_hash is not null or user_id is not null)
    )`.execute(db)
  // One living share for each person and scenario; these also answer "which role has this person here".
  await sql`create unique index shares_user_key on shares (scenario_id, user_id) where user_id is not null and status <> 'revoked'`.execute(
    db,
  )
  await sql`create unique index shares_email_key on shares (scenario_id, email) where email is not null and status <> 'revoked'`.execute(
    db,
  )
  await sql`create index shares_of_user on shares (user_id, scenario_id) where status = 'active'`.execute(db)
  await sql`create index shares_invited on shares (email) where status = 'invited'`.execute(db)
  await sql`create index shares_of_scenario on shares (scenario_id, created_at desc, id desc)`.execute(db)
}
