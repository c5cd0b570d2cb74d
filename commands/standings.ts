import type { Client } from '@temporalio/client'
import type { Config } from '../config.ts'
import type { Listed } from '../db/listed-operations.ts'
import { duration } from '../telemetry/duration.ts'
import { standingOf, type Standing } from '../temporal/standing.ts'
import { isOpen } from './operations.ts'

/** Temporal is asked for so many open ones at a time, and for no more in all. */
const AT_ONCE = 10
const MAX_ASKED = 200
const DEADLINE_MS = 10_000

/** An operation as lists show it. */
export interface Shown extends Listed {
  /** Of an open one; undefined where Temporal was not asked or is away. */
  readonly standing: Standing | undefined
}

/** How the open ones of them stand. @returns also what went wrong, when Temporal is away */
export async function withStandings(
  { temporal, config }: { readonly temporal: Client; readonly config: Config },
  listed: readonly Listed[],
): Promise<{ operations: Shown[]; unknown?: unknown }> {
  const open = listed.filter(({ row }) => isOpen(row)).slice(0, MAX_ASKED)
  const standings = new Map<string, Standing>()
  let unknown: unknown
  const longestMs = config.AI_GIVE_UP_S * 1000 + config.AI_TIMEOUT_MS
  for (let from = 0; from < open.length && unknown === undefined; from += AT_ONCE)
    await Promise.all(
      open.slice(from, from + AT_ONCE).map(async ({ row }) => {
        try {
          const standing = await temporal.withDeadline(Date.now() + DEADLINE_MS, () => standingOf(temporal, row.id))
          const silentMs = Date.now() - row.updated_at.getTime()
          // No step and no wait for a provider takes as long.
          const silent = row.status === 'running' && !standing.stuck && silentMs > longestMs
          standings.set(
            row.id,
            silent ? { ...standing, stuck: true, reason: `stage unchanged for ${duration(silentMs)}` } : standing,
          )
        } catch (error) {
          unknown = error
        }
      }),
    )
  const operations = listed.map((one) => ({ ...one, standing: standings.get(one.row.id) }))
  return unknown === undefined ? { operations } : { operations, unknown }
}

/** How long it took, or takes so far, milliseconds. */
export const tookMs = ({ row }: Listed): number => (row.finished_at ?? new Date()).getTime() - row.created_at.getTime()

export const traceIdOf = ({ traceparent }: Pick<Listed['row'], 'traceparent'>): string | null =>
  traceparent?.split('-')[1] ?? null

/** Why it failed or waits, in one line and without a word of its person. */
export const reasonOf = ({ row, last, standing }: Shown): string => {
  if (standing !== undefined) return standing.reason
  return row.status === 'failed' ? (last?.note ?? last?.outcome ?? '') : ''
}

/** The row's own words, and what was found out. */
export const factsOf = (shown: Shown) => {
  const { row, service, last, calls, cost_micros, standing } = shown
  const { id, kind, status, stage, progress, attempt, error_code, owner_id, request_id, summary } = row
  return {
    ...{ id, service, kind, status, stage, progress, attempt, error_code, owner_id, request_id, summary },
    trace_id: traceIdOf(row),
    ...{ created_at: row.created_at, updated_at: row.updated_at, finished_at: row.finished_at },
    duration_ms: tookMs(shown),
    ...{ provider: last?.provider ?? null, model: last?.model ?? null, calls, cost_micros },
    reason: reasonOf(shown) || null,
    stuck: standing?.stuck ?? false,
    standing: standing ?? null,
  }
}
