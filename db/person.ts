import { sql, type Kysely, type RawBuilder, type SqlBool, type Transaction } from 'kysely'

/** Whose rows are meant. */
export interface Person {
  readonly id: string
  /** Null once `auth` has forgotten it. */
  readonly email: string | null
}

/** Stands where a person stood who is gone. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * What a table holds of people. Each service lists all of its tables that do in `db/<service>/person.ts`; a test compares these
 * lists with the databases, so that no new table is forgotten by export and erasure.
 */
export interface PersonTable {
  readonly table: string
  /** Its columns that name a person, or hold an address or a number. */
  readonly columns: readonly string[]
  /** Which rows are this person's. */
  readonly of: (person: Person) => RawBuilder<SqlBool>
  /** `delete`; `with_parent`: a foreign key does; else what is written over the person. */
  readonly erase: 'delete' | 'with_parent' | Readonly<Record<string, unknown>>
  /** What the person's archive shows; null for what is no data on the person (keys, hashes, bookkeeping). */
  readonly exported: readonly string[] | null
}

/** Numbers of rows by table. */
export type RowCounts = Record<string, number>

/** Removes or overwrites everything of a person, in the order of the list. Again, it finds nothing. */
export async function erasePersonRows<DB>(
  trx: Transaction<DB>,
  tables: readonly PersonTable[],
  person: Person,
): Promise<RowCounts> {
  // Append-only tables give way to this alone, within this transaction.
  await sql`select set_config('scenor.removing', 'yes', true)`.execute(trx)
  const counts: RowCounts = {}
  for (const { table, of, erase } of tables) {
    if (erase === 'with_parent') continue
    const where = of(person)
    const { numAffectedRows = 0n } =
      erase === 'delete'
        ? await sql`delete from ${sql.table(table)} where ${where}`.execute(trx)
        : await sql`update ${sql.table(table)} set ${assignments(erase)} where ${where}`.execute(trx)
    counts[table] = (counts[table] ?? 0) + Number(numAffectedRows)
  }
  return counts
}

const assignments = (values: Readonly<Record<string, unknown>>) =>
  sql.join(Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`))

/** Everything that is stored on a person, by table. One snapshot. */
export async function collectPersonRows<DB>(
  db: Kysely<DB>,
  tables: readonly PersonTable[],
  person: Person,
): Promise<Record<string, unknown[]>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const found: Record<string, unknown[]> = {}
      for (const { table, of, exported } of tables) {
        if (!exported) continue
        const columns = sql.join(exported.map((column) => sql.ref(column)))
        const { rows } = await sql`select ${columns} from ${sql.table(table)} where ${of(person)}`.execute(trx)
        found[table] = [...(found[table] ?? []), ...rows]
      }
      return found
    })
}

/** The tables of the accept path, which every service has. They come last: others refer to operations. */
export const ACCEPT_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'operations',
    columns: ['owner_id'],
    // The erasure itself is written over when it ends: until then it is what the person polls.
    of: ({ id }) => sql`owner_id = ${id} and kind <> 'erasure'`,
    erase: 'delete',
    exported: ['id', 'kind', 'status', 'created_at', 'finished_at'],
  },
  {
    table: 'idempotency_keys',
    columns: ['caller'],
    of: ({ id }) => sql`caller = ${id} or position(${id} in answer::text) > 0`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'outbox',
    columns: ['key'],
    of: ({ id }) => sql`key = ${id} or position(${id} in data::text) > 0`,
    erase: 'delete',
    exported: null,
  },
]
