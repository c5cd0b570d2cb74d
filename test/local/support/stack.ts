import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endRecordedProcesses } from '../../../local/leftovers.ts'
import { freePort } from '../../../local/processes/ports.ts'
import { readRecord, readRecords, type ProcessRecord } from '../../../local/processes/process-record.ts'

const MAIN = fileURLToPath(new URL('./stub-main.ts', import.meta.url))

/** A data folder with ports of its own, and the environment that names them. */
export interface Place {
  readonly root: string
  readonly dataDir: string
  readonly env: Record<string, string>
}

/** A process that prints lines. */
export interface Printing {
  readonly child: ChildProcess
  readonly pid: number
  readonly lines: readonly string[]
  /** The first line that matches, printed already or later. Rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>
  readonly exit: Promise<number | NodeJS.Signals>
}

export async function makePlace(): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  const dataDir = join(root, 'data')
  const names = ['PORT', 'INTERNAL_PORT', 'METRICS_PORT', 'WORKERS_METRICS_PORT', 'TEMPORAL_UI_PORT']
  const ports = new Set<number>()
  while (ports.size <= names.length) ports.add(await freePort())
  const [temporal, ...own] = ports
  mkdirSync(join(dataDir, 'temporal'), { recursive: true })
  writeFileSync(join(dataDir, 'temporal', 'port'), String(temporal))
  return {
    root,
    dataDir,
    env: { DATA_DIR: dataDir, ...Object.fromEntries(names.map((name, i) => [name, String(own[i])])) },
  }
}

/** Ends whatever a test left in the place, and the place. */
export async function clearPlace(place: Place, ...runs: Printing[]): Promise<void> {
  for (const run of runs) {
    if (run.child.exitCode === null && run.child.signalCode === null) run.child.kill('SIGTERM')
    await run.exit
  }
  await endRecordedProcesses(join(place.dataDir, 'run'), 'at once')
  rmSync(place.root, { recursive: true, force: true })
}

/** `npm start` with stub children in that place. */
export const startStack = (place: Place, mode = 'fine', env: Record<string, string> = {}) =>
  print(process.execPath, [MAIN, mode], { ...place.env, ...env })

/** The same as the child of a shell that stands for npm. */
export const startUnderNpm = (place: Place) =>
  print('sh', ['-c', '"$0" "$1" fine & wait', process.execPath, MAIN], { ...place.env, npm_lifecycle_event: 'start' })

/** Runs a program and collects what it prints. */
export function print(command: string, args: readonly string[], env: Record<string, string>, cwd?: string): Printing {
  const child = spawn(command, args, {
    // Of the machine only what programs need: a DATABASE_URL of the developer must not change a test.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'],
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  const lines: string[] = []
  const waiting = new Set<{ pattern: RegExp; resolve: (line: string) => void; reject: (error: Error) => void }>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const one of waiting) if (one.pattern.test(line) && waiting.delete(one)) one.resolve(line)
    })
  }
  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(signal ?? code ?? -1)
      for (const { pattern, reject } of waiting)
        reject(new Error(`ended without printing ${pattern}:\n${lines.join('\n')}`))
    })
  })
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const found = lines.find((one) => pattern.test(one))
      if (found !== undefined) resolve(found)
      else waiting.add({ pattern, resolve, reject })
    })
  if (child.pid === undefined) throw new Error(`${command} did not start`)
  return { child, pid: child.pid, lines, line, exit }
}

/** What the supervisor of that place has recorded, by name. */
export const recorded = (place: Place): Record<string, ProcessRecord> =>
  Object.fromEntries(readRecords(join(place.dataDir, 'run')).map((record) => [record.name, record]))

/** The record of one process; it must be there. */
export function recordedOne(place: Place, name: string): ProcessRecord {
  const record = readRecord(join(place.dataDir, 'run', `${name}.json`))
  if (record === null) throw new Error(`no record of ${name}`)
  return record
}
