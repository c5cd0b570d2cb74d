import { sql, type Kysely, type RawBuilder } from 'kysely'
import { TABLES, type Rule } from '../../retention.ts'
import type { Service } from '../../services.ts'
import { ago } from '../time.ts'

/** Rows of a transaction: short, so that nobody waits for one. */
const BATCH = 1_000
/** A table that somebody has locked is left to the next round. */
const LOCK_TIMEOUT = '2s'

/** Removes what has had its time by one rule. */
export interface Purge {
  /** Of the table, and of the index that finds the rows. */
  readonly name: string
  readonly table: string
  readonly rule: Rule
  /** Rows of one round; fewer mean that nothing is left. */
  readonly batch: number
}

/** Every purge of a service, one for each rule of its tables. @param scheduled those of Temporal schedules, or of the loops */
export const purgesOf = (service: Service, scheduled = false): Purge[] =>
  Object.entries(TABLES[service]).flatMap(([table, { rules = [] }]) =>
    rules
      .filter((rule) => (rule.scheduled ?? false) === scheduled)
      .map((rule) => ({ name: `${table} by ${rule.index}`, table, rule, batch: rule.batch ?? BATCH })),
  )

/** The purges of one table. */
export const purgesOfTable = (service: Service, table: string): Purge[] =>
  [...purgesOf(service), ...purgesOf(service, true)].filter((purge) => purge.table === table)

/**
 * One round of a purge, in a transaction of its own. Rows that somebody holds are left to the next; any number may run at once.
 * @returns how many rows it dealt with: a full batch means that there may be more
 */
export function purge<DB>(db: Kysely<DB>, { table, rule, batch }: Purge): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // Append-only tables give way to this alone, within this transaction.
    await sql`select set_config('scenor.removing', 'yes', true), set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(
      trx,
    )
    const { rows } = await statement(table, rule, batch).execute(trx)
    return rows[0]?.n ?? 0
  })
}

/** Rounds of a service's purges until nothing is left or the signal is aborted; one that fails leaves the others alone. */
export async function purgeAll<DB>(db: Kysely<DB>, purges: readonly Purge[], signal?: AbortSignal): Promise<number> {
  let all = 0
  const failures: unknown[] = []
  for (const one of purges)
    try {
      for (let n = one.batch; n === one.batch && !signal?.aborted; all += n) n = await purge(db, one)
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw failures[0]
  return all
}

/** Rules are written by us alone: nothing in them comes from outside. */
const conditionOf = ({ kept, since, where, also }: Rule): RawBuilder<unknown> => {
  const until = ago(kept)
  const [before = '', after] = (also ?? 'true').split('$kept')
  const rest = after === undefined ? sql.raw(before) : sql`${sql.raw(before)}${until}${sql.raw(after)}`
  return sql`${sql.raw(where ?? 'true')} and ${sql.raw(since)} < ${until} and ${rest}`
}

function statement(table: string, rule: Rule, batch: number): RawBuilder<{ n: number }> {
  const name = sql.table(table)
  const order = sql.raw(rule.since)
  if (rule.thin) return thinning(name, rule, batch)
  const due = sql`
    select ctid from ${name} where ${conditionOf(rule)} order by ${order} limit ${batch} for update skip locked`
  const done = rule.blank
    ? sql`update ${name} set ${sql.raw(
        Object.entries(rule.blank)
          .map(([column, value]) => `${column} = ${value}`)
          .join(', '),
      )} where ctid = any(array(${due})) returning 1`
    : sql`delete from ${name} where ctid = any(array(${due})) returning 1`
  return sql<{ n: number }>`with done as (${done}) select count(*)::int as n from done`
}

/** Of a scenario's versions the last one of each day stays, and is not looked at again. */
const thinning = (name: RawBuilder<unknown>, rule: Rule, batch: number) => sql<{ n: number }>`
  with due as (
    select ctid, date_trunc('day', created_at, 'UTC') = (
      select date_trunc('day', later.created_at, 'UTC') from ${name} later
      where later.scenario_id = version.scenario_id and later.n > version.n order by later.n limit 1
    ) as goes
    from ${name} version where ${conditionOf(rule)} order by ${sql.raw(rule.since)} limit ${batch} for update skip locked
  ), gone as (
    delete from ${name} where ctid = any(array(select ctid from due where goes))
  ), stayed as (
    update ${name} set stays = true where ctid = any(array(select ctid from due where goes is not true))
  )
  select count(*)::int as n from due`
