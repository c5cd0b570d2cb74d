import { isMet, type BenchResult, type Line } from './result.ts'

/** A figure as a person reads it; a dash where it means nothing. */
export const figure = (value: number | null | undefined): string => {
  if (value === null || value === undefined || Number.isNaN(value)) return '—'
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function table(lines: readonly Line[]): string {
  const columns = [...new Set(lines.flatMap(({ cells }) => Object.keys(cells)))]
  const rows = [['', ...columns], ...lines.map(({ name, cells }) => [name, ...columns.map((c) => figure(cells[c]))])]
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows
    .map((row) => row.map((text, i) => (i ? text.padStart(widths[i]!) : text.padEnd(widths[0]!))).join('  '))
    .join('\n')
}

/** A result as a person reads it. */
export function render(name: string, { title, lines, goals, notes }: BenchResult): string {
  const goalLines = goals.map(
    (goal) =>
      `  ${isMet(goal) ? 'met   ' : 'MISSED'}  ${goal.what}: ${figure(goal.measured)} (${goal.direction} ${goal.limit})`,
  )
  return [`\n${name}: ${title}\n`, table(lines), '', ...goalLines, ...notes.map((note) => `  · ${note}`)].join('\n')
}
