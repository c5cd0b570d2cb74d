import { sql, type Kysely } from 'kysely'

/** Messages that wait for a newer consumer, beside those that nobody can handle. */
export async function createWaitingLetters(db: Kysely<unknown>): Promise<void> {
  // The schema of its data, which no process here knew when it came; null: it waits for people.
  await sql`alter table dead_letters add column waits_for text`.execute(db)
  await sql`create index dead_letters_waiting on dead_letters (waits_for, id) where waits_for is not null`.execute(db)
}
