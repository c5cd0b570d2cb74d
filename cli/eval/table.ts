import { CHECKS } from '../../script/checks/check.ts'
import type { BriefResult, EvalRun } from './evaluate.ts'

const passed = (result: BriefResult): number => CHECKS.filter((check) => result.scores[check]?.pass).length
const percent = (n: number): string => `${Math.round(n * 100)} %`

/** Part of the briefs that pass a check; one without a script passes none. */
const rate = ({ briefs }: EvalRun, check: (typeof CHECKS)[number]): number =>
  briefs.filter((b) => b.scores[check]?.pass).length / briefs.length

/** The same briefs only: a brief that is new has nothing to be compared with. */
const shared = (run: EvalRun, other: EvalRun): EvalRun => ({
  ...run,
  briefs: run.briefs.filter((b) => other.briefs.some((o) => o.name === b.name)),
})

/** Checks by brief and over all, the run before beside it. Times are left out: the same scripts give the same table. */
export function evalTable(run: EvalRun, previous: EvalRun | undefined): string {
  const before = new Map(previous?.briefs.map((b) => [b.name, b]))
  const rows = run.briefs.map((result) => {
    const old = before.get(result.name)
    return [
      result.name,
      result.error ? `no script: ${result.error}` : `${passed(result)}/${CHECKS.length}`,
      previous ? (old ? (old.error ?? `${passed(old)}/${CHECKS.length}`) : 'new') : '',
      [
        ...CHECKS.filter((check) => result.scores[check]?.pass === false),
        ...(result.marked === false ? ['mark'] : []),
      ].join(', '),
    ]
  })
  const now = previous && shared(run, previous)
  const then = previous && shared(previous, run)
  const totals = CHECKS.map((check) => [
    check,
    percent(rate(run, check)),
    now && then && now.briefs.length > 0
      ? `${percent(rate(then, check))}${change(rate(now, check) - rate(then, check))}`
      : '',
    '',
  ])
  const asked = run.briefs.filter(({ marked }) => marked !== null)
  const right = asked.filter(({ marked }) => marked).length
  const marks = asked.length === 0 ? [] : [['mark as the law wants', `${right} of ${asked.length}`, '', '']]
  const calls = run.briefs.reduce((sum, brief) => sum + brief.calls, 0)
  const spent = [['calls a brief', (calls / run.briefs.length).toFixed(2), '', '']]
  const head = [`${run.provider}/${run.model}`, 'passed', previous ? 'before' : '', 'fails']
  return lines([
    head,
    ...rows,
    ['', '', '', ''],
    ['check', 'passed', previous ? 'before' : '', ''],
    ...totals,
    ...marks,
    ...spent,
  ])
}

const change = (by: number): string => (by > 0 ? ' ▲' : by < 0 ? ' ▼' : '')

function lines(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
