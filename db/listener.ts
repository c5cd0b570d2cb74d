import { doubling, runLoop, type Stoppable, type Turn } from '../lifecycle.ts'
import { WatchedClient } from './watched-client.ts'

const FIRST_WAIT_MS = 100
/** How often a quiet connection is asked whether it is still there, and what the answer may take. */
const ASK_MS = 5_000
const ANSWER_MS = 3_000
const backoffMs = doubling(FIRST_WAIT_MS, 5_000)

/**
 * A connection of its own that hears `NOTIFY` on these channels, opened again whenever it breaks. What was said meanwhile is
 * lost: a listener must also look by itself from time to time.
 * @param channels plain words
 * @param heard is also called with an empty channel after every new connection, since something may have been missed
 */
export function listenTo(
  url: string,
  channels: readonly string[],
  heard: (channel: string, payload: string) => void,
): Stoppable {
  const once = async ({ signal, pause }: Turn) => {
    const client = new WatchedClient({
      connectionString: url,
      application_name: 'scenor-listener',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      silenceMs: ANSWER_MS,
    })
    const broken = new Promise<true>((resolve) => {
      client.on('error', () => resolve(true))
      client.on('end', () => resolve(true))
      signal.addEventListener('abort', () => resolve(true), { once: true })
    })
    try {
      await client.connect()
      client.on('notification', ({ channel, payload }) => heard(channel, payload ?? ''))
      for (const channel of channels) await client.watched(client.query(`listen ${client.escapeIdentifier(channel)}`))
      heard('', '')
      // One that only listens never learns that the other side is gone: it asks.
      while (!(await Promise.race([broken, pause(ASK_MS).then(() => false)])))
        await client.watched(client.query('select 1'))
    } finally {
      await client.end().catch(() => {})
    }
  }
  return runLoop({
    name: `listen ${channels.join(' ')}`,
    round: async (turn) => {
      await once(turn)
      return FIRST_WAIT_MS
    },
    failed: (_, failures) => backoffMs(failures),
  })
}
