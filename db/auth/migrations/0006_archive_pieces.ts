import { sql, type Kysely } from 'kysely'

/** An archive in pieces, so that one of any size passes through a process. One that there is lives for a day and is asked for again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table archive_parts`.execute(db)
  await sql`
    create table archive_parts (
      operation_id text not null references archives (operation_id) on delete cascade,
      service text not null,
      -- Which try of the step was the first that came to its end, and in how many pieces.
      try integer not null,
      pieces integer not null,
      primary key (operation_id, service)
    )`.execute(db)
  await sql`
    create table archive_pieces (
      operation_id text not null references archives (operation_id) on delete cascade,
      service text not null,
      try integer not null,
      n integer not null,
      of_table text not null,
      -- JSON, with commas between.
      rows text not null,
      primary key (operation_id, service, try, n)
    )`.execute(db)
}
