import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/** One execution of an activity, and whose. */
export interface RunningActivity {
  readonly task_token: Buffer
  /** Name of the process's place in `leases`. */
  readonly lease: string
  readonly operation_id: string
}

/** Young enough to have answered nobody yet: those who hold leases have not renewed them on it. */
const JUST_STARTED_S = 5

export async function beginRunning(db: Executor<AiDb>, activity: RunningActivity): Promise<void> {
  await db.insertInto('running_activities').values(activity).execute()
}

export async function endRunning(db: Executor<AiDb>, taskTokens: readonly Buffer[]): Promise<void> {
  if (taskTokens.length === 0) return
  await sql`delete from running_activities where task_token = any(${taskTokens}::bytea[])`.execute(db)
}

/** What a process has to do about activities. */
export interface Findings {
  /** Executions whose process is gone: its lease ran out. Never one's own. */
  readonly abandoned: readonly Pick<RunningActivity, 'task_token' | 'operation_id'>[]
  /** Operations at work in this process whose end is wanted. */
  readonly unwanted: readonly string[]
  /** Milliseconds until the first lease of others at work runs out, if it is not renewed; infinite: nobody else is at work. */
  readonly nextEndsInMs: number
}

/** Nulls: nothing was found. */
type Found = { readonly in_ms: number | null; task_token: Buffer; operation_id: string; abandoned: boolean | null }

/** Looks through the few that run, by the server's clock. A server that was away has renewed no lease, which says nothing of processes. */
export async function inspectRunning(db: Executor<AiDb>, lease: string): Promise<Findings> {
  const { rows } = await sql<Found>`
    select r.*, next.in_ms from (
      select extract(epoch from min(l.expires_at) - clock_timestamp())::float8 * 1000 as in_ms from leases l
      where l.name <> ${lease} and l.expires_at > clock_timestamp()
        and exists (select from running_activities r where r.lease = l.name)
    ) as next left join (
      select r.task_token, r.operation_id, r.lease <> ${lease} as abandoned from running_activities r
      where case when r.lease = ${lease} then exists (
          select from operations o where o.id = r.operation_id and o.cancel_requested_at is not null and o.finished_at is null
        ) else pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => ${JUST_STARTED_S}) and not exists (
          select from leases l where l.name = r.lease and l.expires_at > clock_timestamp()
        ) end
    ) as r on true`.execute(db)
  return {
    abandoned: rows.filter((row) => row.abandoned === true),
    unwanted: rows.filter((row) => row.abandoned === false).map((row) => row.operation_id),
    nextEndsInMs: rows[0]?.in_ms ?? Infinity,
  }
}

/** @returns those of the executions that nobody handed on in the meantime */
export async function listRunning(db: Executor<AiDb>, lease: string): Promise<Buffer[]> {
  const rows = await db.selectFrom('running_activities').select('task_token').where('lease', '=', lease).execute()
  return rows.map((row) => row.task_token)
}
