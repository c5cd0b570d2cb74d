import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

const EVERY_MS = 20

export interface Watcher {
  /** Queries so far, each a transaction: the bench's own. */
  readonly looks: number
  /** Resolves with the moment (ms since 1970, of the database's clock, which is this machine's) that stands in the row. */
  finished(id: string): Promise<number>
}

/**
 * Notices finished work by one cheap query on the primary key for all that is waited for: clients that poll, fifty at a time,
 * would load the very processes that are measured.
 * @param sql takes the ids as $1; gives id, at, and ok
 */
export function startWatcher(undo: AsyncDisposableStack, pool: pg.Pool, sql: string): Watcher {
  const waiting = new Map<string, { resolve: (at: number) => void; reject: (error: Error) => void }>()
  let stopped = false
  let looks = 0
  const look = async () => {
    looks++
    const { rows } = await pool.query<{ id: string; at: Date; ok: boolean }>(sql, [[...waiting.keys()]])
    for (const { id, at, ok } of rows) {
      if (ok) waiting.get(id)?.resolve(at.getTime())
      else waiting.get(id)?.reject(new Error(`${id} did not end well`))
      waiting.delete(id)
    }
  }
  const loop = async () => {
    for (; !stopped; await sleep(EVERY_MS)) if (waiting.size > 0) await look()
  }
  const done = loop().catch((error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
  })
  undo.defer(async () => {
    stopped = true
    await done
  })
  return {
    get looks() {
      return looks
    },
    finished: (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject })),
  }
}
