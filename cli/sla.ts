/**
 * How the objectives of monitoring/slos.ts did in a month, as Prometheus has it.
 *   npm run sla -- --month 2026-11 [--prometheus http://localhost:9090] [--json]
 * Exit codes: 0 all kept, 1 one was not, 2 nobody to ask or a wrong word.
 */
import './closed-pipe.ts'
import { parseArgs } from 'node:util'
import { Prometheus } from '../monitoring/query.ts'
import { slaOf, spanOf, type Kept } from '../monitoring/sla.ts'

const USAGE = 'usage: npm run sla -- --month YYYY-MM [--prometheus URL] [--json]'
const print = (line: string) => void process.stdout.write(`${line}\n`)

function table(month: string, kept: readonly Kept[]): string[] {
  const cells = kept.map(({ title, objective, measured, events, spent, kept: is }) => [
    ...[title, `${objective} %`, measured === null ? 'nothing happened' : `${measured} %`, String(events)],
    ...[spent === null ? '' : `${spent} %`, is ? 'kept' : 'MISSED'],
  ])
  const rows = [['Objective', 'wanted', 'was', 'events', 'allowance used', ''], ...cells]
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return [
    `Service levels of ${month} (UTC)`,
    '',
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    ),
  ]
}

async function run(): Promise<number> {
  const { month, prometheus, json } = parseArgs({
    options: {
      month: { type: 'string', default: new Date().toISOString().slice(0, 7) },
      prometheus: { type: 'string', default: 'http://localhost:9090' },
      json: { type: 'boolean', default: false },
    },
  }).values
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || !URL.canParse(prometheus)) throw new Error(USAGE)
  const span = spanOf(month)
  if (span.from > span.to) throw new Error(`${month} has not begun`)
  const kept = await slaOf(new Prometheus(prometheus), span)
  print(json ? JSON.stringify({ month, objectives: kept }, null, 2) : table(month, kept).join('\n'))
  return kept.every((one) => one.kept) ? 0 : 1
}

process.exitCode = await run().catch((error: unknown) => {
  const { message, cause } = error as Error
  process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`)
  return 2
})
