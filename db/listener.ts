import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface Listener {
  /**
   * Takes a lock that lives exactly as long as the connection; never waits for it.
   * @returns a function that says whether it is still held, or undefined when somebody else has it or there is no connection
   */
  tryLock(name: string): Promise<(() => boolean) | undefined>
  unlock(name: string): Promise<void>
  stop(): Promise<void>
}

const LONGEST_WAIT_MS = 5_000

/**
 * A connection of its own that hears `NOTIFY` on these channels, opened again whenever it breaks. What was said meanwhile is
 * lost: whoever listens must also look by itself from time to time.
 * @param channels plain words
 * @param heard is also called with an empty channel after every new connection, since something may have been missed
 */
export function listenTo(
  url: string,
  channels: readonly string[],
  heard: (channel: string, payload: string) => void,
): Listener {
  const stopping = new AbortController()
  let current: { client: pg.Client; locks: Set<string> } | undefined
  // The driver wants one query of a connection at a time.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  const once = async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'scenor-listener',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    const broken = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
      stopping.signal.addEventListener('abort', () => resolve())
    })
    try {
      await client.connect()
      client.on('notification', ({ channel, payload }) => heard(channel, payload ?? ''))
      for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`)
      current = { client, locks: new Set() }
      heard('', '')
      await broken
    } finally {
      current = undefined
      await client.end().catch(() => {})
    }
  }
  const loop = async () => {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const began = Date.now()
      await once().catch(() => {})
      if (Date.now() - began > LONGEST_WAIT_MS) waitMs = 100
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = loop()
  return {
    tryLock: (name) =>
      inTurn(async () => {
        const connection = current
        if (!connection) return undefined
        if (!connection.locks.has(name)) {
          const { rows } = await connection.client.query<{ locked: boolean }>(
            'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
            [name],
          )
          if (!rows[0]?.locked) return undefined
          connection.locks.add(name)
        }
        return () => current === connection && connection.locks.has(name)
      }),
    unlock: (name) =>
      inTurn(async () => {
        const connection = current
        if (!connection?.locks.delete(name)) return
        await connection.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => {})
      }),
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
