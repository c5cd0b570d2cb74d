import { sql, type Kysely } from 'kysely'

/** Which processes are there, so that those that differ in a key or a version, or want too many connections, can be told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table processes (
      id uuid primary key,
      role text not null,
      host text not null,
      pid integer not null,
      version text not null,
      pool integer not null,
      services text[] not null,
      fingerprints jsonb not null,
      started_at timestamptz(3) not null default clock_timestamp(),
      seen_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}
