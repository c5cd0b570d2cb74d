import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table generations add column event_seq bigint not null default 0`.execute(db)
  await sql`
    create table operation_events (
      operation_id text not null references generations (operation_id) on delete cascade,
      seq bigint not null,
      type text not null,
      data jsonb not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (operation_id, seq)
    )`.execute(db)
  // Texts on their way are only of use while somebody watches; the purge goes by age.
  await sql`create index operation_events_age on operation_events (created_at)`.execute(db)
}
