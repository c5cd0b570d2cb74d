import { sql, type InsertObject, type InsertQueryBuilder, type InsertResult, type QueryCreator } from 'kysely'

/** Inserts a row if another part of the same statement has found one: `insert … select … from <found>`. */
export function insertWhere<DB, T extends keyof DB & string>(
  q: Pick<QueryCreator<DB>, 'insertInto'>,
  table: T,
  found: string,
  row: InsertObject<DB, T>,
): InsertQueryBuilder<DB, T, InsertResult> {
  const columns = Object.entries(row).filter(([, value]) => value !== undefined)
  const values = sql.join(columns.map(([, value]) => sql`${value}`))
  return q
    .insertInto(table)
    .columns(columns.map(([name]) => name) as never)
    .expression(sql`select ${values} from ${sql.id(found)}` as never)
}
