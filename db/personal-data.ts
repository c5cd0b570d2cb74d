import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import type { RowCounts } from '../contracts/erasure.ts'

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
export interface PersonalDataTable {
  readonly table: string
  /** Its columns that name a person, or hold an address or a number. */
  readonly columns: readonly string[]
  /** Which rows are this person's. */
  readonly of: (person: Person) => RawBuilder<SqlBool>
  /** `delete`; `with_parent`: a foreign key does; else what is written over the person. */
  readonly erase: 'delete' | 'with_parent' | Readonly<Record<string, unknown>>
  /** What the person's archive shows; null for what is no data on the person (keys, hashes, bookkeeping). */
  readonly exported: readonly string[] | null
  /** Columns that no two of them share, in the order of an index that finds them: an archive is read in pages by it. */
  readonly order: readonly string[]
}

/** Rows of the first transaction; then as many as take about a quarter of a second, with all that goes with them. */
const FIRST_BATCH = 200
const MAX_BATCH = 5_000
const QUICK_MS = 125
const SLOW_MS = 500

/**
 * Removes or overwrites everything of a person, in the order of the list, in short transactions: however much there is, nobody waits for
 * it. Again, it finds nothing.
 * @param told after each batch, with what was removed so far; may throw to stop
 */
export async function erasePersonalData<DB>(
  db: Kysely<DB>,
  tables: readonly PersonalDataTable[],
  person: Person,
  told: (counts: RowCounts) => void = () => {},
): Promise<RowCounts> {
  const counts: RowCounts = {}
  for (const { table, of, erase } of tables) {
    if (erase === 'with_parent') continue
    counts[table] ??= 0
    for (let size = FIRST_BATCH; ;) {
      const begun = performance.now()
      const { found, erased } = await eraseBatch(db, table, of(person), erase, size)
      counts[table] += erased
      told(counts)
      // One that somebody held was found and is still there: it is looked for once more.
      if (found === 0) break
      const took = performance.now() - begun
      if (took < QUICK_MS) size = Math.min(MAX_BATCH, size * 2)
      if (took > SLOW_MS) size = Math.max(1, Math.floor(size / 4))
    }
  }
  return counts
}

function eraseBatch<DB>(
  db: Kysely<DB>,
  table: string,
  where: RawBuilder<SqlBool>,
  erase: Exclude<PersonalDataTable['erase'], 'with_parent'>,
  size: number,
): Promise<{ found: number; erased: number }> {
  const these = sql`ctid = any(array(select ctid from found))`
  const done =
    erase === 'delete'
      ? sql`delete from ${sql.table(table)} where ${these} returning 1`
      : sql`update ${sql.table(table)} set ${assignments(erase)} where ${these} returning 1`
  return db.transaction().execute(async (trx) => {
    // Append-only tables give way to this alone, within this transaction.
    await sql`select set_config('scenor.removing', 'yes', true)`.execute(trx)
    const { rows } = await sql<{ found: number; erased: number }>`
      with found as (select ctid from ${sql.table(table)} where ${where} limit ${size} for update), done as (${done})
      select (select count(*) from found)::int as found, (select count(*) from done)::int as erased`.execute(trx)
    return rows[0] ?? { found: 0, erased: 0 }
  })
}

const assignments = (values: Readonly<Record<string, unknown>>) =>
  sql.join(Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`))

/** Of a page, as JSON. Rows of scripts are large, those of bookkeeping small: the next page has as many as fit by the last. */
const PAGE_BYTES = 1_000_000
const FIRST_PAGE = 20
const MAX_PAGE = 2_000

/** Some rows of a table, as JSON with commas between. */
export interface PersonalDataPage {
  readonly table: string
  readonly rows: string
}

/**
 * Everything that is stored on a person, table by table and page by page: a process holds one page of it, and no transaction is open
 * between two. A table without any has one empty page.
 * @param pageBytes about how large a page is
 */
export async function* collectPersonalData<DB>(
  db: Kysely<DB>,
  tables: readonly PersonalDataTable[],
  person: Person,
  pageBytes = PAGE_BYTES,
): AsyncGenerator<PersonalDataPage> {
  const byTable = Map.groupBy(
    tables.filter(({ exported }) => exported !== null),
    ({ table }) => table,
  )
  for (const [table, entries] of byTable) {
    yield { table, rows: '' }
    for (const entry of entries) for await (const rows of pagesOf(db, entry, person, pageBytes)) yield { table, rows }
  }
}

async function* pagesOf<DB>(
  db: Kysely<DB>,
  { table, of, exported, order }: PersonalDataTable,
  person: Person,
  pageBytes: number,
): AsyncGenerator<string> {
  const columns = exported ?? []
  const keys = sql.join(order.map((column) => sql.ref(column)))
  const keyed = order.map((column, i) => sql`${sql.ref(column)} as ${sql.id(`key_${i}`)}`)
  const selected = sql.join([...columns.map((column) => sql.ref(column)), ...keyed])
  let after: unknown[] | undefined
  for (let limit = FIRST_PAGE; ;) {
    const behind = after ? sql`(${keys}) > (${sql.join(after)})` : sql`true`
    const { rows } = await sql<Record<string, unknown>>`
      select ${selected} from ${sql.table(table)} where (${of(person)}) and ${behind} order by ${keys} limit ${limit}`.execute(
      db,
    )
    const last = rows.at(-1)
    if (!last) return
    after = order.map((_, i) => last[`key_${i}`])
    const text = rows.map((row) => JSON.stringify(Object.fromEntries(columns.map((c) => [c, row[c]])))).join(',')
    yield text
    if (rows.length < limit) return
    limit = Math.max(1, Math.min(MAX_PAGE, Math.floor((limit * pageBytes) / text.length)))
  }
}

/** The tables of the accept path, which every service has. They come last: others refer to operations. */
export const ACCEPT_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'operations',
    order: ['created_at', 'id'],
    columns: ['owner_id'],
    // The erasure itself is written over when it ends: until then it is what the person polls.
    of: ({ id }) => sql`owner_id = ${id} and kind <> 'erasure'`,
    erase: 'delete',
    exported: ['id', 'kind', 'status', 'created_at', 'finished_at'],
  },
  {
    table: 'idempotency_keys',
    order: ['caller', 'route', 'key'],
    columns: ['caller'],
    // Answers to others that name the person are gone within a day, without a search through all of them.
    of: ({ id }) => sql`caller = ${id}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'outbox',
    order: ['id'],
    columns: ['key'],
    // Events of others that name the person hold the id alone, and are gone a day after they were sent.
    of: ({ id }) => sql`key = ${id}`,
    erase: 'delete',
    exported: null,
  },
]
