import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'

const HOUR_MS = 3_600_000

/** A log that is larger or older goes on anew; what was is kept beside it, `.1` the newest. */
export const LOG_LIMITS = { bytes: 10 * 1024 * 1024, ageMs: 24 * HOUR_MS, kept: 5, keptMs: 14 * 24 * HOUR_MS }

const stat = (path: string) => statSync(path, { throwIfNoEntry: false })

/**
 * Begins a log anew when it has reached its size or age, under the processes that write to it: what is there is copied aside and the file
 * emptied, since Postgres and Temporal have it open as well as ours, and each of them appends. A line written in the instant between
 * the two is lost. A disk that is too full for the copy keeps the log as it is.
 * @returns whether it was
 */
export function rotateLog(path: string, limits: typeof LOG_LIMITS = LOG_LIMITS, now = Date.now()): boolean {
  const kept = (n: number) => `${path}.${n}`
  for (let n = 1; n <= limits.kept; n++) {
    const old = stat(kept(n))
    if (old && now - old.mtimeMs > limits.keptMs) rmSync(kept(n), { force: true })
  }
  const log = stat(path)
  if (!log || log.size === 0) return false
  // The copy's time is that of the last rotation.
  const since = stat(kept(1))?.mtimeMs ?? log.birthtimeMs
  if (log.size <= limits.bytes && now - since <= limits.ageMs) return false
  const draft = `${path}.draft`
  try {
    copyFileSync(path, draft)
    for (let n = limits.kept - 1; n >= 1; n--) if (stat(kept(n))) renameSync(kept(n), kept(n + 1))
    renameSync(draft, kept(1))
    // What came during the copy; it is small, and so is the instant that is left.
    const copied = stat(kept(1))?.size ?? 0
    if ((stat(path)?.size ?? 0) > copied) appendFileSync(kept(1), readFileSync(path).subarray(copied))
    truncateSync(path, 0)
    return true
  } catch {
    rmSync(draft, { force: true, recursive: true })
    return false
  }
}

/** Looks after these logs until it is stopped. */
export function keepLogsSmall(paths: readonly string[], everyMs = 10_000): () => void {
  const look = () => paths.forEach((path) => rotateLog(path))
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
