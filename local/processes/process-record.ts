import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTimeOf } from '../../db/leases/process-start.ts'

/** A process that we started, so that a later start can tell it from a stranger that got the same pid. */
export interface ProcessRecord {
  readonly name: string
  readonly pid: number
  /** When it started, as the system tells it; with the pid it names one process only. */
  readonly startTime: string
  readonly port: number | null
}

export type Signals = readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[]

/** The record of a living process; null when it has ended already. */
export function recordOf(name: string, pid: number, port: number | null = null): ProcessRecord | null {
  const startTime = startTimeOf(pid)
  return startTime === null ? null : { name, pid, startTime, port }
}

/** Is it still the very process that was recorded? */
export const isAlive = (record: ProcessRecord): boolean => startTimeOf(record.pid) === record.startTime

/** Writes the record, whole or not at all: a supervisor killed in between must not leave half a file. */
export function writeRecord(folder: string, record: ProcessRecord): void {
  mkdirSync(folder, { recursive: true })
  const temporary = join(folder, `.${record.name}.${process.pid}`)
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 })
  renameSync(temporary, join(folder, `${record.name}.json`))
}

export function removeRecord(folder: string, name: string): void {
  rmSync(join(folder, `${name}.json`), { force: true })
}

/** Every readable record in the folder. */
export function readRecords(folder: string): ProcessRecord[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names.flatMap((name) => (/^[\w-]+\.json$/.test(name) ? (readRecord(join(folder, name)) ?? []) : []))
}

/** One record; null when there is none or it cannot be read. */
export function readRecord(path: string): ProcessRecord | null {
  try {
    const { name, pid, startTime, port } = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessRecord>
    if (typeof name !== 'string' || typeof startTime !== 'string' || !Number.isInteger(pid) || Number(pid) < 2)
      return null
    return { name, pid: Number(pid), startTime, port: typeof port === 'number' ? port : null }
  } catch {
    return null
  }
}

/** Ends the recorded process, gently first, and waits until it is gone. A process that merely has its pid is not touched. */
export async function endRecorded(record: ProcessRecord, signals: Signals): Promise<void> {
  for (const { signal, waitMs } of signals) {
    if (!isAlive(record)) return
    try {
      process.kill(record.pid, signal)
    } catch {
      // It ended between the look and the signal, or it is not ours to signal; the check below tells which.
    }
    // It is not our child, so there is no exit event to await.
    for (const end = Date.now() + waitMs; Date.now() < end && isAlive(record);) await sleep(25)
  }
  if (isAlive(record)) throw new Error(`${record.name} (pid ${record.pid}), left by an earlier run, could not be ended`)
}
