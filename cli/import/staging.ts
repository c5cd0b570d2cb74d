import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Kind } from './report.ts'
import { TABLES, type OldRow, type Table } from './format.ts'

/**
 * A copy of the monolith's rows, in the order of their old ids, with what a run has decided so far. It lies in a file that has no name and
 * is gone with the process, so that a million scripts need no more memory than one, and no password hash stays behind.
 */
export interface Staging extends Disposable {
  add<T extends Table>(table: T, row: OldRow<T>, position: number): void
  count(table: Table): number
  /** Rows that could not even be numbered, and those whose number was there already. */
  rejected(): Iterable<{ kind: Kind; name: string; why: string }>
  users(): Iterable<OldUser>
  scenarios(): Iterable<OldScenario>
  /** In the order of scenarios, then of old ids. */
  comments(): Iterable<OldComment>
  /** One for each script and person, with everything that was given to that person. */
  shares(): Iterable<OldShare>
  has(kind: Kind, oldId: string): boolean

  /** Forgets what an earlier run decided. */
  begin(): void
  /** Takes a name for this run. @returns false when an earlier row of it has the name */
  claim(what: 'email' | 'look' | 'look_lower', name: string): boolean
  /** Notes what a row became here. */
  came(kind: 'users' | 'scenarios', oldId: number, id: string, atMs: number): void
  newId(kind: 'users' | 'scenarios', oldId: number | null): { id: string; at_ms: number } | undefined
  /** The new id of a scenario's owner. */
  ownerOf(scenarioId: number): string | undefined
}

type Numbered<T extends Table> = OldRow<T> & { id: number }
export type OldUser = Numbered<'users'>
export type OldScenario = Numbered<'scenarios'> & { tags: string[]; nameless_tags: number }
export type OldComment = Numbered<'comments'>
export interface OldShare {
  scenario_id: number
  user_id: number
  permissions: (string | null)[]
}

const KIND: Record<Table, Kind> = {
  users: 'users',
  scenarios: 'scenarios',
  tags: 'tags',
  scenario_tags: 'tags',
  comments: 'comments',
  scenario_shares: 'shares',
}

const columnsOf = (table: Table): string[] => Object.keys(TABLES[table].shape)

/** Numbers say that they are: a column without a type is compared with one that has it by no index. */
const declared = (name: string): string =>
  name === 'id' ? 'id integer primary key' : name.endsWith('_id') ? `${name} integer` : name

/** Tables that have a number of their own. */
const isNumbered = (table: Table): boolean => columnsOf(table)[0] === 'id'

/** @param db where it lies; default: a file without a name */
export function createStaging(db: DatabaseSync = new DatabaseSync('')): Staging {
  // Nothing is to be recovered: a run that was cut off reads the monolith anew.
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32000')
  for (const table of Object.keys(TABLES) as Table[]) {
    db.exec(`create table ${table} (${columnsOf(table).map(declared).join(', ')})`)
  }
  db.exec(`
    create table rejected (kind text, name text, why text);
    create table claimed (what text, name text, primary key (what, name)) without rowid;
    create table came (kind text, old_id integer, id text, at_ms integer, primary key (kind, old_id)) without rowid`)
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  let indexed = false
  const index = () => {
    if (indexed) return
    db.exec(`
      create index links on scenario_tags (scenario_id, tag_id);
      create index threads on comments (scenario_id, id);
      create index given on scenario_shares (scenario_id, user_id);
      commit`)
    indexed = true
  }
  const rows = <T>(sql: string): Iterable<T> => {
    index()
    // A statement of its own: the same question may be open twice.
    return db.prepare(sql).iterate() as Iterable<T>
  }
  const reject = (kind: Kind, name: string, why: string) =>
    void prepare('insert into rejected values (?, ?, ?)').run(kind, name, why)
  db.exec('begin')

  return {
    add: (table, row, position) => {
      const columns = columnsOf(table)
      const values = columns.map(
        (name): SQLInputValue => (row as Readonly<Record<string, SQLInputValue>>)[name] ?? null,
      )
      const missing = columns.filter((name, i) => values[i] === null && (name === 'id' || !isNumbered(table)))
      const name = isNumbered(table) ? `${values[0]}` : `${values[0]}/${values[1]}`
      if (missing.some((column) => column.endsWith('id')))
        return reject(KIND[table], `in row ${position + 1} of ${table}`, `it has no ${missing.join(' and no ')}`)
      const places = columns.map(() => '?').join()
      const { changes } = prepare(`insert or ignore into ${table} values (${places})`).run(...values)
      if (changes === 0) reject(KIND[table], name, 'the number is there twice: the first one counts')
    },
    count: (table) => Number(prepare(`select count(*) as n from ${table}`).get()?.['n']),
    rejected: () => rows('select kind, name, why from rejected order by rowid'),
    users: () => rows('select * from users order by id'),
    *scenarios() {
      const found = rows<Numbered<'scenarios'> & { names: string }>(`
        select s.*, (
          select json_group_array(name) from (
            select t.name from scenario_tags l cross join tags t on t.id = l.tag_id where l.scenario_id = s.id order by l.tag_id
          )
        ) as names from scenarios s order by s.id`)
      for (const { names, ...row } of found) {
        const tags = JSON.parse(names) as (string | null)[]
        const named = tags.filter((name) => name !== null)
        yield { ...row, tags: named, nameless_tags: tags.length - named.length }
      }
    },
    comments: () => rows('select * from comments order by scenario_id, id'),
    *shares() {
      const found = rows<{ scenario_id: number; user_id: number; given: string }>(`
        select scenario_id, user_id, json_group_array(permission) as given from scenario_shares
        group by scenario_id, user_id order by scenario_id, user_id`)
      for (const { given, ...row } of found) yield { ...row, permissions: JSON.parse(given) as (string | null)[] }
    },
    has: (kind, oldId) => {
      if (kind !== 'shares') return prepare(`select 1 from ${kind} where id = ?`).get(Number(oldId)) !== undefined
      const [scenario, user] = oldId.split('/').map(Number) as [number, number]
      return (
        prepare('select 1 from scenario_shares where scenario_id = ? and user_id = ?').get(scenario, user) !== undefined
      )
    },
    begin: () => {
      index()
      // One for the whole run: a transaction for each row would cost more than the row.
      if (db.isTransaction) db.exec('commit')
      db.exec('delete from claimed; delete from came; begin')
    },
    claim: (what, name) => prepare('insert or ignore into claimed values (?, ?)').run(what, name).changes === 1,
    came: (kind, oldId, id, atMs) =>
      void prepare('insert or replace into came values (?, ?, ?, ?)').run(kind, oldId, id, atMs),
    newId: (kind, oldId) =>
      oldId === null
        ? undefined
        : (prepare('select id, at_ms from came where kind = ? and old_id = ?').get(kind, oldId) as
            { id: string; at_ms: number } | undefined),
    ownerOf: (scenarioId) => {
      const row = prepare(`
        select came.id from scenarios join came on came.kind = 'users' and came.old_id = scenarios.user_id
        where scenarios.id = ?`).get(scenarioId)
      return row && String(row['id'])
    },
    [Symbol.dispose]: () => db.close(),
  }
}
