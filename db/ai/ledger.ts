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
 * once no two are promised the same money.
 * @returns false when the person's budget for the month does not hold it
 */
export async function reserve(trx: Transaction<AiDb>, reservation: Reservation, limit: number): Promise<boolean> {
  const { owner_id, amount_micros } = reservation
  const period = periodOf(new Date())
  await trx
    .insertInto('budgets')
    .values({ owner_id, period })
    .onConflict((c) => c.columns(['owner_id', 'period']).doNothing())
    .execute()
  const { numUpdatedRows } = await trx
    .updateTable('budgets')
    .set({ committed_micros: sql`committed_micros + ${amount_micros}` })
    .where('owner_id', '=', owner_id)
    .where('period', '=', period)
    .where(sql<boolean>`(${amount_micros}::bigint = 0 or committed_micros + ${amount_micros} <= ${limit})`)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx
    .insertInto('ledger')
    .values({ ...reservation, amount_micros: String(amount_micros), phase: 'reserve', period })
    .execute()
  return true
}

/**
 * Replaces what was set aside for an operation's attempts by what their calls cost. A second time changes nothing: each attempt is
 * settled once.
 */
export async function settle(trx: Transaction<AiDb>, operationId: string): Promise<void> {
  await sql`
    with settled as (
      insert into ledger (operation_id, attempt, phase, owner_id, period, amount_micros)
      select r.operation_id, r.attempt, 'settle', r.owner_id, r.period,
        (select coalesce(sum(c.cost_micros), 0) from calls c where c.operation_id = r.operation_id and c.attempt = r.attempt)
      from ledger r where r.operation_id = ${operationId} and r.phase = 'reserve'
      on conflict on constraint ledger_once do nothing
      returning operation_id, attempt, owner_id, period, amount_micros
    ), change as (
      select s.owner_id, s.period, sum(s.amount_micros - r.amount_micros) as amount
      from settled s join ledger r on r.operation_id = s.operation_id and r.attempt = s.attempt and r.phase = 'reserve'
      group by s.owner_id, s.period
    )
    update budgets b set committed_micros = b.committed_micros + change.amount
    from change where b.owner_id = change.owner_id and b.period = change.period`.execute(trx)
}

/** At which percentages of the budget its person is told. */
const TOLD_AT = [100, 80] as const

/**
 * Notes that as much of the budget is spent as the person is to be told of, in the transaction that settled. Promised money does not
 * count: it may come back. The settlement holds the budget's row, so that of two at once the second sees what the first spent.
 * @param limit millionths
 * @returns each month with the highest percentage that was reached now and never before
 */
export async function reachPercents(
  trx: Transaction<AiDb>,
  operationId: string,
  limit: number,
): Promise<{ owner_id: string; period: string; percent: (typeof TOLD_AT)[number] }[]> {
  const { rows } = await sql<{ owner_id: string; period: string; spent: string }>`
    select owner_id, period, sum(amount_micros) as spent from ledger
    where phase = 'settle' and (owner_id, period) in (select owner_id, period from ledger where operation_id = ${operationId})
    group by owner_id, period`.execute(trx)
  const reached = []
  for (const { owner_id, period, spent } of rows) {
    const percent = TOLD_AT.find((p) => limit > 0 && Number(spent) * 100 >= limit * p)
    if (percent === undefined) continue
    const { numUpdatedRows } = await trx
      .updateTable('budgets')
      .set({ told_percent: percent })
      .where('owner_id', '=', owner_id)
      .where('period', '=', period)
      .where('told_percent', '<', percent)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) reached.push({ owner_id, period, percent })
  }
  return reached
}

/** Spent and promised, millionths, in a month. */
export async function committed(db: Executor<AiDb>, ownerId: string, period: string): Promise<number> {
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
