import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table profiles add column phone_verified_at timestamptz(3)`.execute(db)
  await sql`
    create function forget_phone_proof() returns trigger language plpgsql as $$
    begin
      new.phone_verified_at := null;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger phone_changed before update of phone_number on profiles
      for each row when (new.phone_number is distinct from old.phone_number)
      execute function forget_phone_proof()`.execute(db)
}
