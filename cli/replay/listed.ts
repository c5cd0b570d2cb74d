import { isOpen } from '../../commands/operations.ts'
import { reasonOf, tookMs, withStandings as standings, type Shown } from '../../commands/standings.ts'
import type { Listed } from '../../db/listed-operations.ts'
import { duration } from '../../telemetry/duration.ts'
import { explain, type Installation } from './installation.ts'

/** How the open ones of them stand. @returns also why it is not known, when Temporal is away */
export async function withStandings(
  installation: Installation,
  listed: readonly Listed[],
): Promise<{ operations: Shown[]; unknown?: string }> {
  const { operations, unknown } = await standings(installation, listed)
  return unknown === undefined ? { operations } : { operations, unknown: explain(unknown) ?? String(unknown) }
}

/** What is said of its state: a code where it failed, how it stands where it is open. */
export const stateOf = ({ row, standing }: Shown): string => {
  if (standing?.stuck) return `STUCK ${standing.state}`
  if (standing !== undefined && standing.state !== 'runs') return `${row.status} ${standing.state}`
  return row.error_code ?? row.status
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
