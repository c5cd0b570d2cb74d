import { readdirSync, readFileSync } from 'node:fs'

/** `USER_HZ`, the unit of `/proc/<pid>/stat`: 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100
const MIB = 1024 * 1024

/** Fields of `/proc/<pid>/stat` from the third on; the second, the command, may hold spaces. Null when the process has ended. */
function stat(pid: number): string[] | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/**
 * Seconds of processor time of these processes (all their threads) so far, with that of children that have ended: a connection's
 * process that ends after it was listed is in its parent's figure.
 */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = stat(pid)?.slice(11, 15).map(Number) ?? []
    return utime + stime + cutime + cstime
  })
  return ticks.reduce((a, b) => a + b, 0) / TICKS_A_SECOND
}

/** Resident memory of these processes, MiB. Pages that they share count for each. */
export function residentMib(pids: readonly number[]): number {
  const bytes = pids.map((pid) => {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib) * 1024
  })
  return bytes.reduce((a, b) => a + b, 0) / MIB
}

/** A process and its living children: Postgres has one for each connection. */
export function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => Number(stat(candidate)?.[1]) === pid)
  return [pid, ...children]
}

/** Measures the processor time that groups of processes take for a piece of work. */
export function startMeter(groups: Readonly<Record<string, () => readonly number[]>>): () => Record<string, number> {
  const read = () => Object.entries(groups).map(([name, pids]) => [name, cpuSeconds(pids())] as const)
  const before = Object.fromEntries(read())
  return () => Object.fromEntries(read().map(([name, seconds]) => [name, seconds - before[name]!]))
}
