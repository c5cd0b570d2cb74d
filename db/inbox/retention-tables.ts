import { sql, type Kysely } from 'kysely'

/** What finds dead letters by their age, by the person whose they are, and those that are to be handled again. */
export async function createDeadLetterIndexes(db: Kysely<unknown>): Promise<void> {
  await sql`create index dead_letters_age on dead_letters (created_at)`.execute(db)
  await sql`drop index dead_letters_replay`.execute(db)
  await sql`create index dead_letters_replay on dead_letters (consumer, id) where replay_wanted_at is not null`.execute(
    db,
  )
  await sql`
    create function ids_in(body text) returns text[] language sql immutable strict parallel safe as $$
      select coalesce(array_agg(distinct found[1]), '{}')
      from regexp_matches(body, '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') as found
    $$`.execute(db)
  // A dead letter is a rare thing: what this costs to write is nothing.
  await sql`create index dead_letters_ids on dead_letters using gin (ids_in(body))`.execute(db)
}
