import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { QueryTimeout, WatchedClient } from './watched-client.ts'

/** A connection that has rested so long is asked before it is used. Busy ones never rest so long, so that load pays nothing for it. */
const RESTED_MS = 5_000
/** What the answer may take: a healthy server gives it in under a millisecond. */
const ANSWER_MS = 1_000

/**
 * Hands out connections that work. Where one was silent, those that were opened before are suspect: a failover breaks all of them at once,
 * and without this each would cost a request its whole time limit, one after the other.
 */
export function soundPool(pool: pg.Pool): PostgresPool {
  let suspectBefore = 0
  /** Also of a connection that is in use now: the query that finds the silence tells it of all. */
  const suspect = () => (suspectBefore = performance.now())
  pool.on('connect', (client) => client.on('error', (error) => error instanceof QueryTimeout && suspect()))

  const isSound = async (client: WatchedClient): Promise<boolean> => {
    const now = performance.now()
    if (client.opened > suspectBefore && now - client.lastUsed < RESTED_MS) return true
    const { promise: late, resolve } = Promise.withResolvers<false>()
    const limit = setTimeout(() => resolve(false), ANSWER_MS)
    const answered = client.query('select 1').then(
      () => true,
      () => false,
    )
    const sound = await Promise.race([answered, late])
    clearTimeout(limit)
    if (!sound) suspect()
    return sound
  }

  const connect = async (): Promise<PostgresPoolClient> => {
    for (;;) {
      const client = await pool.connect()
      if (!(client instanceof WatchedClient) || (await isSound(client))) return client
      client.release(new Error('it did not answer'))
    }
  }
  return { connect, end: () => pool.end(), options: pool.options }
}
