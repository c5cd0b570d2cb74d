import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compileCache } from '../local/temporal/cache-folder.mjs'
import type { Measured } from './export-process.ts'
import { medians } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'

/** Of the PDF of a 30-minute script, the load of the thread and its fonts in it. */
const MAX_S = 3
const MAX_MIB = 200
/**
 * A file among another person's fifty, in files of its size: at most two of the other's stand before it, the one at work and the one whose
 * turn it was. In the order of asking it would be 51.
 */
const MAX_FILES = 4

/** Exports as PDF: how long a script of half an hour takes and in what memory, and whether people wait for each other. */
export async function run({ rounds, say }: BenchOptions): Promise<BenchResult> {
  const made: Line[] = []
  for (let round = 0; round < rounds; round++) {
    const { cold_s, cold_core_s, warm_s, short_s, peak_mib, among_fifty_s } = await measured()
    made.push(
      { name: 'of 30 minutes, new thread', cells: { s: cold_s, 'core s': cold_core_s, 'peak MiB': peak_mib } },
      { name: 'of 30 minutes', cells: { s: warm_s, files: 1 } },
      { name: 'of 1 minute', cells: { s: short_s, files: short_s / warm_s } },
      { name: 'of 30 minutes, among another’s 50', cells: { s: among_fifty_s, files: among_fifty_s / warm_s } },
    )
    say(
      `exports: ${cold_s.toFixed(2)} s, ${peak_mib.toFixed(0)} MiB; among fifty ${(among_fifty_s / warm_s).toFixed(1)} files`,
    )
  }
  const lines = medians(made)
  const of = (line: number, column: string) => lines[line]!.cells[column] ?? NaN
  return {
    title: 'Exports: PDF of 150 scenes, and turns between people',
    lines,
    goals: [
      {
        what: 'PDF of a 30-minute script on a new thread, s',
        measured: of(0, 's'),
        limit: MAX_S,
        direction: 'at most',
      },
      {
        what: 'memory above that of the process, MiB',
        measured: of(0, 'peak MiB'),
        limit: MAX_MIB,
        direction: 'at most',
      },
      {
        what: 'a file among another’s fifty, in files',
        measured: of(3, 'files'),
        limit: MAX_FILES,
        direction: 'at most',
      },
    ],
    notes: [
      'a process of its own in each round; `files` are multiples of the warm 30-minute PDF of the same round',
      'the peak is VmHWM after both long files, less RSS before the thread began',
    ],
    rounds: made,
  }
}

async function measured(): Promise<Measured> {
  const program = fileURLToPath(new URL('export-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    // As `npm start` and the image run it.
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      NODE_COMPILE_CACHE: compileCache(process.env),
    },
  })
  return JSON.parse(stdout) as Measured
}
