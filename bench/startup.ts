import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endRecordedProcesses } from '../local/leftovers.ts'
import { freePort } from '../local/processes/ports.ts'
import { readRecords } from '../local/processes/process-record.ts'
import { medians } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { residentMib } from './usage.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** A linked `node_modules` is shared with other checkouts: npm's prestart could then install over them, so it is left out. */
const isLinked = lstatSync(join(ROOT, 'node_modules')).isSymbolicLink()
const startCommand = (): [string, ...string[]] => (isLinked ? [process.execPath, 'local/main.mjs'] : ['npm', 'start'])
const READY_WITHIN_MS = 180_000
/** Idle connections are what they stay by then, and garbage of the start is gone: V8 begins to look for it 8 s after a process rests. */
const IDLE_MS = 15_000

/** `npm start` on a folder that it knows already: seconds to ready, and what its processes hold at rest. */
export async function run({ rounds: wanted, quick, say, undo }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const rounds: Line[] = []
  const starts = Math.min(wanted, quick ? 1 : 3)
  for (let round = 0; round <= starts; round++) {
    const name = round === 0 ? 'first start' : 'warm start'
    const { seconds, cells } = await start(undo, folder, round > 0)
    rounds.push({ name, cells: { 'ready s': seconds, ...cells } })
    say(`startup ${round}/${starts} ${name}: ${seconds.toFixed(1)} s`)
  }
  const lines = medians(rounds)
  const warm = lines.find(({ name }) => name === 'warm start')!.cells
  return {
    title: `npm start to ready, then ${IDLE_MS / 1000} s of rest`,
    lines,
    goals: [
      { what: 'warm npm start to ready, s', measured: warm['ready s']!, limit: 10, direction: 'at most' },
      {
        what: 'RSS at rest, supervisor + api + workers, MiB',
        measured: warm['all MiB']!,
        limit: 550,
        direction: 'at most',
      },
    ],
    notes: [
      'Postgres, Temporal and npm itself are not in the memory',
      isLinked ? 'node_modules is a link: npm and prestart are NOT in the time' : 'npm and prestart are in the time',
    ],
    rounds,
  }
}

async function start(
  undo: AsyncDisposableStack,
  folder: string,
  rest: boolean,
): Promise<{ seconds: number; cells: Record<string, number | null> }> {
  const dataDir = join(folder, 'data')
  const names = ['PORT', 'INTERNAL_PORT', 'METRICS_PORT', 'WORKERS_METRICS_PORT', 'TEMPORAL_UI_PORT']
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)),
  )
  const began = performance.now()
  const [command, ...args] = startCommand()
  const npm = spawn(command, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'],
      DATA_DIR: dataDir,
      ...ports,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(npm, 'exit')
  const stop = async () => {
    // The whole group, as Ctrl-C in a terminal does.
    if (npm.exitCode === null && npm.signalCode === null && npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT')
    await ended
    await endRecordedProcesses(join(dataDir, 'run'), 'at once')
  }
  undo.defer(stop)
  try {
    await readyLine(npm.stdout)
    const seconds = (performance.now() - began) / 1000
    if (rest) await sleep(IDLE_MS)
    const run = join(dataDir, 'run')
    const pidOf = (name: string) => readRecords(run).find((record) => record.name === name)?.pid ?? missing(name)
    const resident = {
      supervisor: residentMib([supervisorPid(run)]),
      api: residentMib([pidOf('api')]),
      workers: residentMib([pidOf('workers')]),
    }
    const all = resident.supervisor + resident.api + resident.workers
    const cells = {
      'supervisor MiB': resident.supervisor,
      'api MiB': resident.api,
      'workers MiB': resident.workers,
      'all MiB': all,
    }
    return { seconds, cells: rest ? cells : Object.fromEntries(Object.keys(cells).map((name) => [name, null])) }
  } finally {
    await stop()
  }
}

async function readyLine(output: NodeJS.ReadableStream): Promise<void> {
  const late = setTimeout(() => lines.close(), READY_WITHIN_MS)
  const said: string[] = []
  const lines = createInterface({ input: output })
  for await (const line of lines) {
    said.push(line)
    if (!line.startsWith('Scenor is ready')) continue
    clearTimeout(late)
    // Closing the reader pauses the pipe; a full one would stop the supervisor.
    output.resume()
    return
  }
  throw new Error(`npm start was not ready:\n${said.join('\n')}`)
}

function missing(name: string): never {
  throw new Error(`no record of the process ${name}`)
}

function supervisorPid(run: string): number {
  const lock = readdirSync(run).find((name) => /^supervisor\.\d+\.lock$/.test(name)) ?? missing('supervisor')
  return (JSON.parse(readFileSync(join(run, lock), 'utf8')) as { pid: number }).pid
}
