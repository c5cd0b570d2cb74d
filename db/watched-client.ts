import pg from 'pg'

/** How often busy connections are looked at, milliseconds. */
const LOOK_MS = 250

/**
 * The server did not answer in time: it is gone, or the network between is. What the query did is unknown, as after any broken connection.
 * Counts as unavailable (`isUnavailable`).
 */
export class QueryTimeout extends Error {
  override readonly name = 'QueryTimeout'
}

export interface WatchedClientConfig extends pg.ClientConfig {
  /** Milliseconds without any progress of its queries after which the connection is destroyed. */
  readonly silenceMs?: number
}

/** Longer than the server's own limit of a statement (`db/limits.ts`), which comes first where there is a server. */
const SILENCE_MS = 35_000
const GOODBYE_MS = 2_000

const busy = new Set<WatchedClient>()
let watch: NodeJS.Timeout | undefined
let looked = 0

/** One timer for all connections: a timer a query would cost each of them. It runs only while something is under way. */
function look(): void {
  const now = performance.now()
  // A process that stood still (a long garbage collection, SIGSTOP) finds answers waiting that it has not read: nobody was silent then.
  const stoodStill = Math.max(0, now - looked - 2 * LOOK_MS)
  looked = now
  for (const client of busy) client.giveUpIfSilent(now, stoodStill)
  if (busy.size > 0) return
  clearInterval(watch)
  watch = undefined
}

/**
 * A connection that is never waited on for ever. A primary whose host dies, or a firewall that forgets, says nothing: neither `end` nor an
 * error comes, and TCP itself repeats for a quarter of an hour.
 */
export class WatchedClient extends pg.Client {
  readonly #silenceMs: number
  #pending = 0
  #since = 0
  /** When the last query ended, on the clock of `performance.now()`. */
  lastUsed = performance.now()
  readonly opened = performance.now()

  constructor(config: WatchedClientConfig = {}) {
    super(config)
    this.#silenceMs = config.silenceMs ?? SILENCE_MS
  }

  giveUpIfSilent(now: number, stoodStill: number): void {
    this.#since += stoodStill
    if (now - this.#since < this.#silenceMs) return
    busy.delete(this)
    const seconds = Math.round(this.#silenceMs / 1000)
    // The socket, not the session: a goodbye would wait for the same server.
    socketOf(this).destroy(new QueryTimeout(`no answer from Postgres for ${seconds} s`))
  }

  /** A goodbye that a silent server does not hear ends with the socket. */
  override end: pg.Client['end'] = ((...args: unknown[]) => {
    const late = setTimeout(() => socketOf(this).destroy(), GOODBYE_MS)
    this.once('end', () => clearTimeout(late))
    return (super.end as (...all: unknown[]) => unknown)(...args)
  }) as pg.Client['end']

  /** Watches one query of this connection until it is settled. */
  watched<T>(query: Promise<T>): Promise<T> {
    if (this.#pending++ === 0) {
      this.#since = performance.now()
      busy.add(this)
      if (watch === undefined) {
        looked = this.#since
        watch = setInterval(look, LOOK_MS).unref()
      }
    }
    const settled = () => {
      this.#since = this.lastUsed = performance.now()
      if (--this.#pending === 0) busy.delete(this)
    }
    query.then(settled, settled)
    return query
  }
}

/** The driver's types do not show the socket. */
const socketOf = (client: pg.Client): { destroy(error?: Error): void } =>
  (client as pg.Client & { connection: { stream: { destroy(error?: Error): void } } }).connection.stream
