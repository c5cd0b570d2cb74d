import type { Line } from './result.ts'

/** The value below which `share` (0 to 1) of the values lie; nearest rank. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** One line for each name: the median of each cell over its rounds. */
export function medians(rounds: readonly Line[]): Line[] {
  return [...Map.groupBy(rounds, ({ name }) => name)].map(([name, lines]) => ({
    name,
    cells: Object.fromEntries(
      Object.keys(lines[0]!.cells).map((column) => {
        const values = lines.map(({ cells }) => cells[column] ?? null)
        return [column, values.includes(null) ? null : median(values as number[])]
      }),
    ),
  }))
}

/**
 * The median over the rounds of one subject's figure divided by another's of the same round: what the machine did meanwhile cancels out.
 */
export function ratio(rounds: readonly Line[], column: string, ours: string, theirs: string): number {
  const of = (name: string) => rounds.filter((line) => line.name === name).map(({ cells }) => cells[column] ?? NaN)
  const others = of(theirs)
  return median(of(ours).map((value, i) => value / others[i]!))
}

/** p50, p95 and p99 of times in milliseconds. */
export const spread = (times: readonly number[]): Record<'p50 ms' | 'p95 ms' | 'p99 ms', number> => ({
  'p50 ms': percentile(times, 0.5),
  'p95 ms': percentile(times, 0.95),
  'p99 ms': percentile(times, 0.99),
})
