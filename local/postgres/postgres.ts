import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { onFreePort, PortTaken, rememberedPort } from '../processes/ports.ts'
import { clearLeftover, initialise, keptPassword, postgresBinaries } from './postgres-cluster.ts'
import { lastLines, launch, logEnd, type Running } from '../processes/running.ts'
import { unprivilegedAccount } from './unprivileged.ts'

export interface PostgresOptions {
  /** Folder of its own, for instance `DATA_DIR/postgres`. Made when missing; what is in it is never deleted. */
  readonly dataDir: string
  /** Default: the port of the last time while it is free, else any free one. */
  readonly port?: number
  /** False only for tests: faster, and lost when the machine goes down. Default true. */
  readonly durable?: boolean
  /** Default: `postgres.log` in `dataDir`. */
  readonly log?: string
  readonly onProgress?: ((line: string) => void) | undefined
  readonly onSpawn?: ((pid: number, port: number) => void) | undefined
}

export interface Postgres extends Running {
  /** Address with user, password and the maintenance database `postgres`. */
  readonly url: string
  readonly port: number
}

// After a crash Postgres replays its log first; on a big folder that takes minutes, and killing it then would only start it over.
const READY_WITHIN_MS = 300_000
const SAY_AFTER_MS = 3_000
const STILL_HELD_FOR_MS = 10_000
/** Within this a server that cannot have its port has ended. */
const PORT_SETTLE_MS = 2_000

/** Starts the embedded Postgres on that folder and waits until it answers. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { durable = true, onProgress } = options
  const folder = resolve(options.dataDir)
  const data = join(folder, 'data')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const { postgres, initdb } = await postgresBinaries()
  const account = unprivilegedAccount(folder, [dirname(postgres)])
  const password = keptPassword(folder)
  if (!existsSync(data)) {
    onProgress?.('Making the database folder (once)')
    await initialise(folder, initdb, password, account, durable)
  }
  await clearLeftover(data)
  const log = options.log ?? join(folder, 'postgres.log')
  // The children have the port of the first start in their addresses: a later start takes that one or none.
  if (options.port !== undefined) return serve(options.port)
  return onFreePort(() => rememberedPort(folder), serve)

  async function serve(port: number): Promise<Postgres> {
    const [command = postgres, ...args] = [
      ...(account?.prefix ?? []),
      postgres,
      '-D',
      data,
      ...postgresSettings(port, durable),
    ]
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
    for (const giveUp = Date.now() + STILL_HELD_FOR_MS; ; await sleep(200)) {
      const since = logEnd(log)
      const running = await launch({
        command,
        args,
        log,
        cwd: folder,
        env: { PATH: process.env['PATH'], LC_ALL: 'C', PGTZ: 'UTC' },
        ...(account && account.prefix.length === 0 && { uid: account.uid, gid: account.gid }),
        stopSignal: 'SIGINT',
        stopWithinMs: 20_000,
        onSpawn: (pid) => options.onSpawn?.(pid, port),
      })
      if (await answers(running, url, data, onProgress)) return { ...running, url, port }
      const said = lastLines(log, since)
      if (/could not bind|could not create any TCP/.test(said)) throw new PortTaken(port)
      // The processes of a killed server take a moment to notice, and hold its memory until then.
      const stillHeld = said.includes('pre-existing shared memory block') && Date.now() < giveUp
      if (!stillHeld) throw new Error(`The embedded Postgres did not start. The last lines of ${log}:\n${said}`)
    }
  }
}

/** Arguments of `postgres`. */
export function postgresSettings(port: number, durable: boolean): string[] {
  const values = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Two processes with a pool for each of five databases, the relay's connections, and room for a second pair during a restart.
    max_connections: '300',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Without the details of an error, which quote rows: `Key (email)=(…) already exists`.
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Waits for the first connection; false when the process ended instead. */
async function answers(
  running: Running,
  url: string,
  data: string,
  onProgress?: (line: string) => void,
): Promise<boolean> {
  const started = Date.now()
  let ended = false
  let said = false
  void running.exited.then(() => (ended = true))
  while (!ended) {
    try {
      if (await connects(url, data)) return !ended
    } catch (error) {
      // Another server that took the port refuses it too; ours is about to end then.
      await Promise.race([running.exited, sleep(PORT_SETTLE_MS)])
      if (ended) return false
      throw error
    }
    const waited = Date.now() - started
    if (waited > READY_WITHIN_MS) {
      await running.stop()
      throw new Error(`Postgres did not answer within ${READY_WITHIN_MS / 1000} s`)
    }
    if (!said && waited > SAY_AFTER_MS)
      onProgress?.('Postgres is recovering from the last stop; this takes as long as it takes')
    said ||= waited > SAY_AFTER_MS
    await sleep(25)
  }
  return false
}

/** Ours answers with our folder: on a port that somebody else took meanwhile another server may take any password. */
async function connects(url: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`)
    await client.end()
    return rows[0]?.folder === data
  } catch (error) {
    const { code } = error as { code?: string }
    // The right server, another password: waiting would never help.
    if (code === '28P01')
      throw new Error('The embedded Postgres refuses the password kept beside its data (file "password")', {
        cause: error,
      })
    return false
  }
}
