import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, readRecord, recordOf, type ProcessRecord } from './processes/process-record.ts'

/** Another supervisor lives on this data folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
  readonly holder: ProcessRecord

  constructor(holder: ProcessRecord) {
    super(`Scenor is already running on this data folder (pid ${holder.pid})`)
    this.holder = holder
  }
}

/**
 * Makes this process the only supervisor of the folder.
 *
 * Locks are numbered, and the highest number holds. A dead holder is followed by the next number, created by `link` (all of the content
 * or EEXIST), so of two that start at the same instant one wins. The usual way, deleting a stale lock and creating it anew, lets the
 * slower of two delete the fresh lock of the faster. The highest is never deleted, not even at a clean end: numbers must not begin again.
 * @throws AlreadyRunning
 */
export function becomeSupervisor(folder: string, port: number | null): void {
  mkdirSync(folder, { recursive: true })
  const own = recordOf('supervisor', process.pid, port)
  if (own === null) throw new Error('the start time of this process cannot be read')
  const draft = join(folder, `.supervisor.${process.pid}`)
  writeFileSync(draft, `${JSON.stringify(own)}\n`, { mode: 0o600 })
  try {
    for (;;) {
      const last = numbers(folder).at(-1) ?? 0
      const holder = last > 0 ? readRecord(lock(folder, last)) : null
      if (holder !== null && isAlive(holder)) throw new AlreadyRunning(holder)
      if (!createdExclusively(draft, lock(folder, last + 1))) continue
      const all = numbers(folder)
      // A process that read the folder long ago may have created a number that was already behind.
      if (all.at(-1) !== last + 1) rmSync(lock(folder, last + 1), { force: true })
      else {
        for (const n of all.slice(0, -1)) rmSync(lock(folder, n), { force: true })
        return
      }
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** The living supervisor of the folder, if there is one. */
export function findSupervisor(folder: string): ProcessRecord | null {
  const last = numbers(folder).at(-1)
  const holder = last === undefined ? null : readRecord(lock(folder, last))
  return holder !== null && isAlive(holder) ? holder : null
}

const lock = (folder: string, n: number) => join(folder, `supervisor.${n}.lock`)

function numbers(folder: string): number[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .flatMap((name) => /^supervisor\.(\d+)\.lock$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

function createdExclusively(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
