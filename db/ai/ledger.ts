import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/** The budget's month, in UTC: `2026-11`. */
export const periodOf = (time: Date): string => time.toISOString().slice(0, 7)
export const periodStart = (period: string): Date => new Date(`${period}-01T00:00:00.000Z`)

export interface Reservation {
  readonly operation_id: string
  readonly attempt: number
  readonly owner_id: string
  readonly amount_micros: number
}

/**
 * Sets money aside for an attempt, in the transaction that accepts it. The comparison and the change are one statement: of requests at
 * once no two are promised the same money, and until the transaction ends they take turns.
 * @returns false when the person's budget for the month does not hold it
 */
export async function reserve(trx: Transaction<AiDb>, reservation: Reservation, limit: number): Promise<boolean> {
  const { operation_id, attempt, owner_id, amount_micros } = reservation
  const period = periodOf(new Date())
  const { numAffectedRows } = await sql`
    with promised as (
      insert into budgets as b (owner_id, period, committed_micros)
      select ${owner_id}::uuid, ${period}, ${amount_micros}::bigint
      where ${amount_micros}::bigint > 0 and ${amount_micros}::bigint <= ${limit}::bigint
      on conflict (owner_id, period) do update set committed_micros = b.committed_micros + excluded.committed_micros
      where b.committed_micros + excluded.committed_micros <= ${limit}::bigint
      returning true
    )
    insert into ledger (operation_id, attempt, phase, owner_id, period, amount_micros)
    select ${operation_id}, ${attempt}, 'reserve', ${owner_id}::uuid, ${period}, ${amount_micros}::bigint
    from pg_advisory_xact_lock(hashtextextended(${`reserve ${owner_id}`}, 0))
    where ${amount_micros}::bigint = 0 or exists (select from promised)`.execute(trx)
  return numAffectedRows === 1n
}

/** A month of somebody's, after a settlement. Millionths. */
export interface Spent {
  readonly owner_id: string
  readonly period: string
  readonly spent_micros: string
  /** Up to which percentage its person was told. */
  readonly told_percent: number
}

/**
 * Replaces what was set aside for an operation's attempts by what their calls cost. A second time changes nothing: each attempt is
 * settled once.
 * @returns the months that changed
 */
export async function settle(trx: Transaction<AiDb>, operationId: string): Promise<Spent[]> {
  const { rows } = await sql<Spent>`
    with settled as (
      insert into ledger (operation_id, attempt, phase, owner_id, period, amount_micros)
      select r.operation_id, r.attempt, 'settle', r.owner_id, r.period,
        (select coalesce(sum(c.cost_micros), 0) from calls c where c.operation_id = r.operation_id and c.attempt = r.attempt)
      from ledger r where r.operation_id = ${operationId} and r.phase = 'reserve'
      on conflict on constraint ledger_once do nothing
      returning operation_id, attempt, owner_id, period, amount_micros
    ), change as (
      select s.owner_id, s.period, sum(s.amount_micros)::bigint as spent, sum(s.amount_micros - r.amount_micros)::bigint as more
      from settled s join ledger r on r.operation_id = s.operation_id and r.attempt = s.attempt and r.phase = 'reserve'
      group by s.owner_id, s.period
    )
    insert into budgets as b (owner_id, period, committed_micros, spent_micros)
    -- A month without a row had nothing promised, so that there is only more to add.
    select owner_id, period, greatest(more, 0), spent from change where more <> 0 or spent <> 0
    on conflict (owner_id, period) do update set spent_micros = b.spent_micros + excluded.spent_micros,
      committed_micros = b.committed_micros + (select more from change c where c.owner_id = b.owner_id and c.period = b.period)
    returning b.owner_id, b.period, b.spent_micros, b.told_percent`.execute(trx)
  return rows
}

/** At which percentages of the budget its person is told. */
const TOLD_AT = [100, 80] as const

/**
 * Notes that as much of a budget is spent as its person is to be told of, in the transaction that settled. Promised money does not
 * count: it may come back. The settlement holds the budget's row, so that of two at once the second sees what the first spent.
 * @param limit millionths
 * @returns each month with the highest percentage that was reached now and never before
 */
export async function reachPercents(
  trx: Transaction<AiDb>,
  months: readonly Spent[],
  limit: number,
): Promise<{ owner_id: string; period: string; percent: (typeof TOLD_AT)[number] }[]> {
  const reached = []
  for (const { owner_id, period, spent_micros, told_percent } of months) {
    const percent = TOLD_AT.find((p) => limit > 0 && Number(spent_micros) * 100 >= limit * p)
    if (percent === undefined || percent <= told_percent) continue
    await trx
      .updateTable('budgets')
      .set({ told_percent: percent })
      .where('owner_id', '=', owner_id)
      .where('period', '=', period)
      .execute()
    reached.push({ owner_id, period, percent })
  }
  return reached
}

/** Spent and promised, millionths, in a month. */
export async function committedMicros(db: Executor<AiDb>, ownerId: string, period: string): Promise<number> {
  const row = await db
    .selectFrom('budgets')
    .select('committed_micros')
    .where('owner_id', '=', ownerId)
    .where('period', '=', period)
    .executeTakeFirst()
  return Number(row?.committed_micros ?? 0)
}

/** How many operations of a person are at work or waiting. */
export async function countOpen(db: Executor<AiDb>, ownerId: string): Promise<number> {
  const row = await db
    .selectFrom('operations')
    .select((eb) => eb.fn.countAll<string>().as('open'))
    .where('owner_id', '=', ownerId)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.open)
}

/** The sum of what was settled from a moment on and before another one (undefined: to now), millionths. */
export async function settledBetween(db: Executor<AiDb>, from: Date, to: Date | undefined): Promise<number> {
  const { rows } = await sql<{ sum: string }>`
    select coalesce(sum(amount_micros), 0) as sum from ledger
    where phase = 'settle' and created_at >= ${from} and created_at < ${to ?? sql`'infinity'`}`.execute(db)
  return Number(rows[0]?.sum ?? 0)
}
