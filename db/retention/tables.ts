import { sql, type Kysely } from 'kysely'

/** In every service's database: what finds rows that have had their time, and the people who are gone. */
export async function createRetentionTables(db: Kysely<unknown>): Promise<void> {
  await sql`create index operations_ended on operations (finished_at) where finished_at is not null`.execute(db)
  await sql`create index outbox_key on outbox (key)`.execute(db)
  await sql`
    create table erased_people (
      -- SHA-256 of the id: it tells whether a person that somebody asks for was here, and nothing else.
      person bytea primary key,
      erased_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}

/** A column that names a person. */
export type PersonColumn = readonly [table: string, column: string]

/**
 * Refuses rows of people who were erased, whoever writes them: an event that comes late, a step that was at work. The row is written before
 * it is asked, so that whoever erases can tell by the transactions that are open which writers had not asked yet.
 */
export async function refuseErased(db: Kysely<unknown>, columns: readonly PersonColumn[]): Promise<void> {
  for (const [table, column] of columns) {
    const name = sql.id(`refuse_erased_${table}_${column}`)
    // A function for each column: to look it up by a name that is an argument takes the whole row apart, scripts too.
    await sql`
      create function ${name}() returns trigger language plpgsql as $$
      begin
        if exists (select from erased_people where person = sha256(convert_to(new.${sql.id(column)}::text, 'UTF8'))) then
          raise exception 'this person was erased' using errcode = 'SC001';
        end if;
        return null;
      end $$`.execute(db)
    await sql`
      create trigger ${name} after insert or update of ${sql.id(column)} on ${sql.id(table)}
        for each row execute function ${name}()`.execute(db)
  }
}
