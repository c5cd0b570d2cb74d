import { sql, type Kysely } from 'kysely'

/** Devices that an account was signed in from, so that guessing by others never locks them out; and when its password was last replaced. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table accounts add column password_changed_at timestamptz(3)`.execute(db)
  await sql`alter table sessions add column device_id uuid`.execute(db)
  await sql`
    create table devices (
      id uuid primary key,
      account_id uuid not null references accounts (id) on delete cascade,
      -- What shows without any proof: a hash of address and program.
      fingerprint bytea not null,
      -- SHA-256 of the proof that the device keeps.
      token_hash bytea not null,
      -- Whether it has ever shown its proof.
      proven boolean not null default false,
      created_at timestamptz(3) not null default clock_timestamp(),
      last_used_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create unique index devices_token on devices (token_hash)`.execute(db)
  // A client that keeps no proof has one row here, however often it signs in.
  await sql`create unique index devices_unproven on devices (account_id, fingerprint) where not proven`.execute(db)
  await sql`create index devices_account on devices (account_id, fingerprint)`.execute(db)
  await sql`create index devices_age on devices (last_used_at)`.execute(db)
}
