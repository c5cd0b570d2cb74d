import { sql, type Kysely } from 'kysely'
import type { Service } from '../services.ts'

/** The migration that a database of the last version before 0.1.0 ended with: its schema is the baseline's, table by table. */
const LAST_BEFORE_BASELINE: Record<Service, string> = {
  auth: '0005_letter_trace',
  users: '0006_phone_code_trace',
  scenarios: '0007_tags',
  notifications: '0007_bus_reading',
  ai: '0009_trace',
}

/**
 * Takes a database that the last version before 0.1.0 has left as being at the baseline, which it equals. One statement: a second
 * process that starts at the same time waits for the rows and finds them gone. Data of any earlier version is refused.
 */
export async function beginAtBaseline(db: Kysely<unknown>, service: Service): Promise<void> {
  const { rows: tables } =
    await sql`select from pg_tables where schemaname = 'public' and tablename = 'kysely_migration'`.execute(db)
  if (tables.length === 0) return
  await sql`
    with earlier as (
      delete from kysely_migration
      where name <> '0001_baseline' and name <= ${LAST_BEFORE_BASELINE[service]}
        and exists (select from kysely_migration where name = ${LAST_BEFORE_BASELINE[service]})
      returning name, timestamp
    )
    insert into kysely_migration (name, timestamp)
    select '0001_baseline', max(timestamp) from earlier having count(*) > 0
    on conflict do nothing`.execute(db)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name limit 1`.execute(db)
  if (rows[0] && rows[0].name !== '0001_baseline')
    throw new Error(
      `database "${service}" was made by a version before 0.1.0 (its schema begins with ${rows[0].name}) and cannot be brought to this one: import its data anew into an empty database, or start with an empty DATA_DIR`,
    )
}
