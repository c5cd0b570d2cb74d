import { doubling, runLoop, type Loop, type Stoppable, type Turn } from '../lifecycle.ts'
import { WatchedClient } from './watched-client.ts'

const FIRST_WAIT_MS = 100
/** How often a quiet connection is asked whether it is still there, and what the answer may take. */
const ASK_MS = 5_000
const ANSWER_MS = 3_000
const backoffMs = doubling(FIRST_WAIT_MS, 5_000)

/**
 * How often one looks by himself who listens: for what was told to a connection that is dead and not yet known to be (8 s), or that leads
 * through a pooler, which lets no notification through. Whatever else loses one, a crash of the server or of this process, ends in a new
 * connection, which is told.
 */
export const LOOK_MS = 3_000
/** In what time one turn of theirs may find something: under load a turn carries many. After a rest two go at once. */
export const APART_MS = 250

/** One who listens. */
interface Ear {
  readonly channels: readonly string[]
  readonly heard: (channel: string, payload: string) => void
}

/** A connection that some share, opened again whenever it breaks, until the last of them has gone. */
interface Line extends Pick<Loop, 'wake' | 'stop'> {
  readonly ears: Set<Ear>
}

/** Of this process, by the addresses of their databases. */
const lines = new Map<string, Line>()

/**
 * Hears `NOTIFY` on these channels, by a connection that all of this process share who listen to that database. What was said while it was
 * broken is lost: a listener must also look by itself from time to time (`LOOK_MS`).
 * @param channels plain words
 * @param heard is also called with an empty channel after every new connection, since something may have been missed
 */
export function listenTo(url: string, channels: readonly string[], heard: Ear['heard']): Stoppable {
  const line = lines.get(url) ?? openLine(url)
  const ear = { channels, heard }
  line.ears.add(ear)
  line.wake()
  return {
    stop: async () => {
      line.ears.delete(ear)
      if (line.ears.size > 0 || lines.get(url) !== line) return
      lines.delete(url)
      await line.stop()
    },
  }
}

function openLine(url: string): Line {
  const ears = new Set<Ear>()
  const once = async ({ signal, rest }: Turn) => {
    const client = new WatchedClient({
      connectionString: url,
      application_name: 'scenor-listener',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      silenceMs: ANSWER_MS,
    })
    let broken = false
    const breaks = () => {
      // Its own goodbye at the end is no news.
      if (broken) return
      broken = true
      loop.wake()
    }
    client.on('error', breaks)
    client.on('end', breaks)
    try {
      await client.connect()
      client.on('notification', ({ channel, payload }) => {
        for (const ear of ears) if (ear.channels.includes(channel)) ear.heard(channel, payload ?? '')
      })
      const told = new WeakSet<Ear>()
      const channels = new Set<string>()
      for (;;) {
        const fresh = [...ears].filter((ear) => !told.has(ear))
        for (const ear of fresh) {
          for (const channel of ear.channels)
            if (!channels.has(channel)) {
              await client.watched(client.query(`listen ${client.escapeIdentifier(channel)}`))
              channels.add(channel)
            }
          told.add(ear)
          ear.heard('', '')
        }
        // One that only listens never learns that the other side is gone: it asks.
        if (fresh.length === 0) await client.watched(client.query('select 1'))
        await rest(ASK_MS)
        if (broken || signal.aborted) return
      }
    } finally {
      await client.end().catch(() => {})
    }
  }
  const loop = runLoop({
    name: `listen ${URL.parse(url)?.pathname.slice(1)}`,
    round: async (turn) => {
      await once(turn)
      return FIRST_WAIT_MS
    },
    failed: (_, failures) => backoffMs(failures),
  })
  const line = { ears, wake: loop.wake, stop: loop.stop }
  lines.set(url, line)
  return line
}
