import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { startTimeOf } from './process-start.ts'

/** Those who number processes alike: one boot of one machine (in the start time) and one namespace of process ids. */
function numberedIn(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null
  }
}

const WITH_START = /:(\d+) (\S+@(\S+)) (\S+)$/

/** A process as the holder of a lease: how operators call it, and on Linux what tells another one beside it that it is gone. */
export function holderOf(pid: number): string {
  const name = `${hostname()}:${pid}`
  const [start, numbered] = [startTimeOf(pid), numberedIn()]
  return process.platform === 'linux' && start !== null && numbered !== null ? `${name} ${start} ${numbered}` : name
}

/**
 * Whether that process is known to be gone: it ran beside this one, and its number is nobody's or another one's now. Of all others, and of
 * containers that come back (each numbers its own processes), only their leases tell.
 */
export function isGone(holder: string): boolean {
  const [, pid, start, boot, numbered] = WITH_START.exec(holder) ?? []
  if (pid === undefined || numbered !== numberedIn() || boot !== startTimeOf(process.pid)?.split('@')[1]) return false
  const now = startTimeOf(Number(pid))
  if (now !== null) return now !== start
  // What other users run may be hidden from us.
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
