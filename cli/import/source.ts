import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { MonolithFile, type Monolith } from './format.ts'

/** Tables in the order of their references; the monolith's later ones may not exist yet. */
const TABLES = ['users', 'scenarios', 'tags', 'scenario_tags', 'comments', 'scenario_shares'] as const

/** @throws Error that names the wrong field, never its value */
function checked(value: unknown): Monolith {
  const parsed = MonolithFile.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is wrong'}`)
}

export async function readFileSource(path: string): Promise<Monolith> {
  return checked(JSON.parse(await readFile(path, 'utf8')))
}

/** Reads the monolith's own database in one snapshot, so that people may go on working meanwhile. Writes nothing there. */
export async function readDatabaseSource(url: string): Promise<Monolith> {
  // Its moments have no zone and are UTC; the driver would read them in this machine's.
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === 1114
        ? (text: string) => text
        : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, types })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const found: Record<string, unknown[]> = {}
    for (const table of TABLES) {
      const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])
      if (rows[0]?.there) found[table] = (await client.query(`select * from ${table}`)).rows as unknown[]
    }
    return checked({ format: 'scenor.monolith', version: 1, users: [], ...found })
  } finally {
    await client.end()
  }
}
