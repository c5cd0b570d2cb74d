import { sql, type Kysely } from 'kysely'

/** Names that look alike are one. Filled by `fillSkeletons`, since the table that they are made by changes with Unicode. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table profiles
      add column skeleton text,
      add column skeleton_lower text,
      add column skeletons_by text`.execute(db)
  await sql`create unique index profiles_skeleton_key on profiles (skeleton)`.execute(db)
  await sql`create unique index profiles_skeleton_lower_key on profiles (skeleton_lower)`.execute(db)
}
