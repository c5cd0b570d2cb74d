import { sql, type Kysely } from 'kysely'

/**
 * The Postgres event bus, in a schema of its own beside the tables of the service that consumes: a log of each topic, and how far
 * each group has come in it.
 */
export async function createBusTables(db: Kysely<unknown>): Promise<void> {
  await sql`create schema bus`.execute(db)
  await sql`
    create table bus.log (
      topic text not null,
      seq bigint generated always as identity,
      id uuid not null,
      key text not null,
      body text not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (topic, seq),
      constraint log_event_key unique (topic, id)
    )`.execute(db)
  await sql`create index log_age on bus.log (created_at)`.execute(db)
  await sql`
    create table bus.positions (
      topic text not null,
      consumer text not null,
      seq bigint not null,
      primary key (topic, consumer)
    )`.execute(db)
}
