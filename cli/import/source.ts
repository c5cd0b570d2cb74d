import { createReadStream } from 'node:fs'
import { JSONParser } from '@streamparser/json'
import pg from 'pg'
import { readRow, REQUIRED, TABLE_NAMES, TABLES, type Table } from './format.ts'
import { createStaging, type Staging } from './staging.ts'

/** Rows that are fetched at a time: a script may have 200,000 characters. */
const FETCHED = 500

/** Counts what was read; told now and then. */
export type Reading = (table: Table, done: number) => void
const unheard: Reading = () => {}

/** @throws Error where there is nothing to import: more likely the wrong database than a monolith that nobody used */
function finished(staging: Staging): Staging {
  if (staging.count('users') > 0) return staging
  throw new Error('the monolith has no people (table users): is it the right one?')
}

function adder(staging: Staging, table: Table, reading: Reading): (row: unknown) => void {
  let done = 0
  return (row) => {
    staging.add(table, readRow(table, row, done), done)
    if (++done % 1_000 === 0) reading(table, done)
  }
}

/** Reads the documented file, which may be larger than memory. @throws Error that names what is wrong, never a value */
export async function readFileSource(path: string, reading: Reading = unheard): Promise<Staging> {
  const staging = createStaging()
  const adders = new Map<unknown, (row: unknown) => void>(
    TABLE_NAMES.map((table) => [table, adder(staging, table, reading)]),
  )
  const parser = new JSONParser({ paths: ['$.*', '$.*.*'], keepStack: false })
  const found: Record<string, unknown> = {}
  // The parser reports what a callback throws as its own failure, and its own words would quote the file.
  let wrong: unknown
  parser.onValue = ({ value, key, stack }) => {
    try {
      if (stack.length > 1) adders.get(stack[1]?.key)?.(value)
      else if (key === 'format' || key === 'version' || (adders.has(key) && Array.isArray(value)))
        found[String(key)] = value
      else throw new Error(`/${String(key)}: is no table of the monolith`)
    } catch (error) {
      wrong ??= error
    }
  }
  parser.onError = () => void (wrong ??= new Error('the file is no JSON, or ends too early'))
  try {
    for await (const chunk of createReadStream(path)) {
      parser.write(chunk as Buffer)
      if (wrong) throw wrong
    }
    if (!parser.isEnded) throw new Error('the file is no JSON, or ends too early')
    if (found['format'] !== 'scenor.monolith') throw new Error('/format: must be "scenor.monolith"')
    if (found['version'] !== 1) throw new Error('/version: must be 1')
    return finished(staging)
  } catch (error) {
    staging[Symbol.dispose]()
    throw error
  }
}

/**
 * Reads the monolith's own database in one snapshot, so that people may go on working meanwhile, and lets go of it before anything is
 * decided. Writes nothing there.
 */
export async function readDatabaseSource(url: string, reading: Reading = unheard): Promise<Staging> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  const staging = createStaging()
  try {
    await client.query(`set datestyle to iso; set timezone to 'UTC'`)
    await client.query('begin isolation level repeatable read read only')
    for (const table of TABLE_NAMES) await copy(client, table, staging, reading)
    return finished(staging)
  } catch (error) {
    staging[Symbol.dispose]()
    throw error
  } finally {
    await client.end()
  }
}

async function copy(client: pg.Client, table: Table, staging: Staging, reading: Reading): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
    [table],
  )
  const there = new Set(rows.map(({ name }) => name))
  const needed = REQUIRED[table]
  if (there.size === 0 && !needed) return
  if (there.size === 0) throw new Error(`this database is no monolith: it has no table ${table}`)
  const missing = needed?.find((name) => !there.has(name))
  if (missing !== undefined) throw new Error(`this database is no monolith: its table ${table} has no ${missing}`)
  const columns = Object.keys(TABLES[table].shape).filter((name) => there.has(name))
  const add = adder(staging, table, reading)
  await client.query(
    `declare reading no scroll cursor for select ${columns.map((name) => `${name}::text`).join()} from ${table} order by ${columns
      .slice(0, 2)
      .map((name) => `${table}.${name}`)
      .join()}`,
  )
  for (;;) {
    const fetched = await client.query<Record<string, unknown>>(`fetch ${FETCHED} from reading`)
    fetched.rows.forEach(add)
    if (fetched.rows.length < FETCHED) break
  }
  await client.query('close reading')
}
