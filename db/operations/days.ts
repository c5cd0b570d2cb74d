import { sql, type QueryExecutorProvider } from 'kysely'
import type { OperationKind } from '../../contracts/kinds.ts'
import type { OperationStatus } from './schema.ts'

/** What became of operations within a time. */
export interface DayOfKind {
  readonly kind: OperationKind
  readonly accepted: number
  /** How many ended how. */
  readonly ended: readonly {
    readonly status: OperationStatus
    readonly error_code: string | null
    readonly count: number
  }[]
  /** Of those that succeeded at the first attempt, seconds from acceptance to the end; null: there were none. */
  readonly p50_s: number | null
  readonly p95_s: number | null
}

/** Of each kind, what was accepted and what ended from `from` until before `to`. */
export async function readDay(db: QueryExecutorProvider, from: Date, to: Date): Promise<DayOfKind[]> {
  const { rows } = await sql<DayOfKind>`
    with o as (
      select * from operations where finished_at is null or finished_at >= ${from}
    ), ended as (
      select kind, status, error_code, count(*)::int as count from o
      where finished_at >= ${from} and finished_at < ${to} group by kind, status, error_code
    ), took as (
      select kind, percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from finished_at - created_at)) as p
      from o where finished_at >= ${from} and finished_at < ${to} and status = 'succeeded' and attempt = 1 group by kind
    )
    select kind, count(*) filter (where created_at >= ${from} and created_at < ${to})::int as accepted,
      coalesce((select jsonb_agg(jsonb_build_object('status', status, 'error_code', error_code, 'count', count) order by count desc)
        from ended where ended.kind = o.kind), '[]') as ended,
      (select p[1] from took where took.kind = o.kind) as p50_s, (select p[2] from took where took.kind = o.kind) as p95_s
    from o group by kind order by kind`.execute(db)
  return rows.filter(({ accepted, ended }) => accepted > 0 || ended.length > 0)
}
