import { write, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'

/** Characters that are worth a system call: one for every line is a tenth of a small request's time. */
const BATCH = 4_096
const EVERY_MS = 250
/** What waits for a place that takes none. Beyond it lines are dropped: a log is worth less than what it tells of. */
const MAX_WAITING = 8 * 1024 * 1024
/** A pipe whose reader is slow, when the process ends. */
const LAST_TRIES = 20

export interface LogDestination extends DestinationStream {
  /** Writes what waits, as far as it is taken: nothing is worth a process that does not end. */
  flushSync(): void
}

/**
 * A file descriptor, standard output as a rule, written in batches and when the process ends. A full disk behind it, a reader that is gone
 * or stands still never stops the process: what is not taken is tried again each quarter of a second, and dropped beyond 8 MiB. (The
 * destination that pino brings ends the process by an error that nobody caught, and on its way out tries a full disk for ever.)
 */
export function logDestination(fd = 1): LogDestination {
  let waiting = ''
  let atWork: Buffer = Buffer.alloc(0)
  let writing = false

  const next = () => {
    if (atWork.length === 0) {
      atWork = Buffer.from(waiting)
      waiting = ''
    }
    if (atWork.length === 0) return
    writing = true
    write(fd, atWork, (error, written) => {
      writing = false
      if (error) return
      atWork = atWork.subarray(written)
      if (atWork.length > 0 || waiting.length >= BATCH) next()
    })
  }
  const flush = () => {
    if (!writing) next()
  }
  const flushSync = () => {
    // What another thread writes just now is not written twice: it is not to be stopped, and ends before the process does or not at all.
    let rest = Buffer.concat([writing ? Buffer.alloc(0) : atWork, Buffer.from(waiting)])
    waiting = ''
    if (!writing) atWork = Buffer.alloc(0)
    for (let tries = 0; rest.length > 0 && tries < LAST_TRIES; tries++) {
      try {
        rest = rest.subarray(writeSync(fd, rest))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      }
    }
  }
  setInterval(flush, EVERY_MS).unref()
  process.on('exit', flushSync)
  return {
    write: (line) => {
      if (waiting.length > MAX_WAITING) return
      waiting += line
      if (waiting.length >= BATCH) flush()
    },
    flushSync,
  }
}
