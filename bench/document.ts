/**
 * `npm run docs:performance -- bench/results/*.json`: brings tables and pictures of docs/performance.md up to date. A table stands between
 * `<!-- bench NAME SERVER -->` and `<!-- end -->`; those that no file has a result for stay as they are. Of several files with the same
 * bench the last one counts; quick ones prove little and are left out.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drawBars, type Bar, type Chart } from './bars.ts'
import type { BenchResult, Line } from './result.ts'
import { figure } from './table.ts'

interface Kept {
  readonly machine: { readonly cores: number; readonly load_average: readonly number[] }
  readonly server: string
  readonly quick: boolean
  readonly rounds: number
  readonly rivals: boolean
  readonly results: Readonly<Record<string, BenchResult>>
}

const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url))

/** What a reader needs of many columns; of the others' tables all. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  long: [
    ...['actions each, by the server', 'server’s writes each', 'own CPU s/1,000', 'engine’s CPU s/1,000'],
    ...['Postgres’ CPU s/1,000', 'Postgres’ transactions each', 'RSS MiB', 'GET p99 ms'],
  ],
  generation: ['done/s', 'p50 ms', 'p99 ms', 'CPU s/1,000', 'servers’ CPU s/1,000', 'RSS MiB', 'actions'],
}

/** What is drawn of a run of `long`, each from the columns that it adds up. */
const CHARTS: readonly (Omit<Chart, 'bars'> & { readonly file: string; readonly of: readonly string[] })[] = [
  {
    ...{ file: 'actions', title: 'Temporal actions a generation', unit: 'heartbeats included', parts: ['actions'] },
    ...{ of: ['actions each, by the server'], limit: 6 },
  },
  {
    ...{ file: 'cpu', title: 'Processor time', unit: 's for 1,000 generations', parts: ['own', 'engine', 'Postgres'] },
    of: ['own CPU s/1,000', 'engine’s CPU s/1,000', 'Postgres’ CPU s/1,000'],
  },
  {
    ...{ file: 'p99', title: 'p99 of GET /operations/{id} meanwhile', unit: 'ms', parts: ['p99'] },
    ...{ of: ['GET p99 ms'], limit: 50 },
  },
]

/**
 * An assumption, to be replaced by one's own: an on-demand virtual core with 4 GiB (AWS m7g.large, two of them at $0.0816 an hour,
 * us-east-1, June 2026: factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026), used to a half in the mean.
 */
const CORE = { usdAMonth: (0.0816 / 2) * 730, usedShare: 0.5, monthS: 730 * 3600 }
const GENERATIONS = 1_000_000

function table(name: string, lines: readonly Line[]): string {
  const all = [...new Set(lines.flatMap(({ cells }) => Object.keys(cells)))]
  const columns = (COLUMNS[name] ?? all).filter((column) => lines.some(({ cells }) => cells[column] != null))
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['', ...columns]),
    row(['---', ...columns.map(() => '---:')]),
    ...lines.map((line) => row([line.name, ...columns.map((column) => figure(line.cells[column]))])),
  ].join('\n')
}

/** Cores and dollars that a month of a million generations asks for, by the processor time of each. */
function monthly({ cells }: Line): string {
  const [own = 0, engine = 0, postgres = 0] = CHARTS[1]!.of.map((column) => cells[column] ?? 0)
  const cores = (((own + engine + postgres) / 1000) * GENERATIONS) / (CORE.monthS * CORE.usedShare)
  return `${cores.toFixed(2)} cores, $${(cores * CORE.usdAMonth).toFixed(2)}`
}

/** Draws the pictures of a run of `long`; gives what shows them. */
function pictures(kept: Kept): string[] {
  const of = `${kept.server}${kept.rivals ? '-rivals' : ''}`
  return CHARTS.flatMap(({ file, of: columns, ...chart }) => {
    const bars = kept.results['long']!.lines.flatMap(({ name, cells }): Bar[] =>
      columns.some((column) => cells[column] == null)
        ? []
        : [{ name, parts: columns.map((column) => cells[column] ?? 0) }],
    )
    if (bars.length === 0) return []
    const picture = `cost-${file}-${of}.svg`
    writeFileSync(`${PICTURES}${picture}`, drawBars({ ...chart, bars }))
    return ['', `![${chart.title}, ${chart.unit}](pictures/${picture})`]
  })
}

function block(name: string, kept: Kept): string {
  const result = kept.results[name]!
  const { cores, load_average: load } = kept.machine
  const goals = result.goals.map(
    ({ what, measured, limit, direction }) => `- ${what}: ${figure(measured)} (${direction} ${limit})`,
  )
  return [
    table(name, result.lines),
    ...(name === 'long' ? pictures(kept) : []),
    '',
    `${result.title}. ${cores} cores, load average at the start ${load[0]?.toFixed(1)}, medians of ${kept.rounds} rounds.`,
    ...(goals.length > 0 ? ['', ...goals] : []),
    '',
    ...result.notes.map((note) => `- ${note}`),
    ...(name === 'long'
      ? [
          '',
          `A million generations a month: ${result.lines.map((line) => `${line.name} ${monthly(line)}`).join('; ')}.`,
        ]
      : []),
  ].join('\n')
}

const files = process.argv
  .slice(2)
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Kept)
  .filter(({ quick }) => !quick)
let document = readFileSync(DOCUMENT, 'utf8')
for (const kept of files)
  for (const name of Object.keys(kept.results)) {
    const mark = `<!-- bench ${name} ${kept.server}${kept.rivals ? ' rivals' : ''} -->`
    const at = document.indexOf(mark)
    const end = document.indexOf('<!-- end -->', at)
    if (at < 0 || end < 0) continue
    document = `${document.slice(0, at + mark.length)}\n\n${block(name, kept)}\n\n${document.slice(end)}`
  }
writeFileSync(DOCUMENT, document)
