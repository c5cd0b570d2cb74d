import { standingOf, type Standing } from '../../temporal/standing.ts'
import { isOpen } from '../../commands/operations.ts'
import { explain, type Installation } from './installation.ts'
import type { Listed } from './operations.ts'

/** Temporal is asked for so many open ones at a time, and for no more in all. */
const AT_ONCE = 10
const MAX_ASKED = 200
const DEADLINE_MS = 10_000

/** An operation as lists show it. */
export interface Shown extends Listed {
  /** Of an open one; undefined where Temporal was not asked or is away. */
  readonly standing: Standing | undefined
}

/** How the open ones of them stand. @returns also why it is not known, when Temporal is away */
export async function withStandings(
  { temporal, config }: Installation,
  listed: readonly Listed[],
): Promise<{ operations: Shown[]; unknown?: string }> {
  const open = listed.filter(({ row }) => isOpen(row)).slice(0, MAX_ASKED)
  const standings = new Map<string, Standing>()
  let unknown: string | undefined
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
          unknown = explain(error) ?? String(error)
        }
      }),
    )
  const operations = listed.map((one) => ({ ...one, standing: standings.get(one.row.id) }))
  return unknown === undefined ? { operations } : { operations, unknown }
}

/** «850 ms», «12.3 s», «4 min 5 s», «3 h 2 min», «2 d 5 h». */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const s = ms / 1_000
  if (s < 60) return `${s.toFixed(1)} s`
  const [min, h, d] = [Math.floor(s / 60), Math.floor(s / 3_600), Math.floor(s / 86_400)]
  if (min < 60) return `${min} min ${Math.floor(s % 60)} s`
  return h < 24 ? `${h} h ${min % 60} min` : `${d} d ${h % 24} h`
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

/** What is said of its state: a code where it failed, how it stands where it is open. */
export const stateOf = ({ row, standing }: Shown): string => {
  if (standing?.stuck) return `STUCK ${standing.state}`
  if (standing !== undefined && standing.state !== 'runs') return `${row.status} ${standing.state}`
  return row.error_code ?? row.status
}

/** As JSON: the row's own words, and what was found out. */
export const asJson = (shown: Shown) => {
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

/** A line for each. */
export const asLines = (all: readonly Shown[]): string[] =>
  all.map((shown) => {
    const { row, last } = shown
    const by = last ? `${last.provider}/${last.model}` : ''
    return [
      row.updated_at.toISOString(),
      row.id,
      stateOf(shown).padEnd(24),
      row.stage.padEnd(10),
      `attempt ${row.attempt}`,
      duration(tookMs(shown)).padStart(9),
      by.padEnd(20),
      row.summary,
      reasonOf(shown),
    ]
      .join('  ')
      .trimEnd()
  })

/** The command to type next. */
export function nextFor({ row, service, standing }: Pick<Shown, 'row' | 'service' | 'standing'>): string[] {
  if (service !== 'ai') return []
  if (standing?.stuck) return [`replay run ${row.id}`, `replay unstick ${row.id}`]
  if (row.status === 'failed') return [`replay run ${row.id}`, `replay step ${row.id}`, `replay retry ${row.id}`]
  return isOpen(row) ? [`replay run ${row.id}`] : [`replay step ${row.id}`]
}
