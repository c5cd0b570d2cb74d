import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { loadConfig } from '../config.ts'
import { endsWithinMs } from '../lifecycle.ts'
import { migrate } from '../db/migrate.ts'
import { startChild } from '../local/processes/child.ts'
import { startPostgres, type Postgres } from '../local/postgres/postgres.ts'
import { compileCache } from '../local/temporal/cache-folder.mjs'
import type { Running } from '../local/processes/running.ts'
import type { BenchOptions } from './result.ts'
import { startServer, type TemporalServer } from './temporal-servers.ts'
import { family } from './usage.ts'

/** Servers of a bench's own in a temporary folder: durable Postgres with our databases, a Temporal server that writes to disk. */
export interface Stack {
  readonly folder: string
  readonly postgres: Postgres
  readonly temporal: TemporalServer
  /** Address of one of the databases of that Postgres. */
  databaseUrl(name: string): string
  /** Starts a program of this repository and waits for its word that it serves. It ends with the stack. */
  program(name: string, path: string, env?: Readonly<Record<string, string>>): Promise<Running>
  /** `kill -9` of Postgres, and started again at the same place; resolves when it answers. */
  restartPostgres(): Promise<void>
  /** Processes of Postgres, as they are now. */
  postgresPids(): number[]
  /** The servers' processes, as they are now. */
  serverPids(): number[]
}

/** Starts programs of this repository, each with a log in the folder. */
export function startPrograms({
  undo,
  folder,
  profiles,
}: Pick<BenchOptions, 'undo' | 'profiles'> & { readonly folder: string }): Stack['program'] {
  return async (name, path, env = {}) => {
    const profile =
      profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.cpuprofile`]
    const running = await startChild({
      spec: {
        name,
        command: process.execPath,
        args: [...profile, fileURLToPath(new URL(path, import.meta.url))],
        port: null,
      },
      stopWithinMs: endsWithinMs(0),
      // Of this machine only what programs need: a variable of the developer's must not change a figure. Code and memory as in the image.
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_COMPILE_CACHE: compileCache(process.env),
        MALLOC_ARENA_MAX: '2',
        ...env,
      },
      log: join(folder, `${name}.log`),
      onSpawn: () => {},
    })
    undo.defer(() => running.stop())
    return running
  }
}

/**
 * @param options.migrated false: another release makes its tables itself
 * @param options.server default: the dev server
 */
export async function startStack({
  undo,
  say,
  profiles,
  server = 'dev',
  migrated = true,
}: Pick<BenchOptions, 'undo' | 'say' | 'profiles'> &
  Partial<Pick<BenchOptions, 'server'>> & { readonly migrated?: boolean }): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const dataDir = join(folder, 'postgres')
  let postgres = await startPostgres({ dataDir, durable: true })
  undo.defer(() => postgres.stop())
  const temporal = await startServer(server, { folder, say })
  undo.defer(() => temporal.stop())
  const postgresPids = () => family(postgres.pid)
  const databaseUrl = (name: string) => new URL(`/${name}`, postgres.url).href
  const { databases } = loadConfig({ DATABASE_URL: postgres.url })
  if (migrated && databases) await migrate(databases)
  return {
    folder,
    // Its address stays over a restart.
    postgres,
    temporal,
    databaseUrl,
    restartPostgres: async () => {
      const { port } = postgres
      for (const pid of postgresPids()) process.kill(pid, 'SIGKILL')
      await postgres.exited
      postgres = await startPostgres({ dataDir, port, durable: true })
    },
    postgresPids,
    program: startPrograms({ undo, folder, profiles }),
    serverPids: () => [...temporal.pids(), ...postgresPids()],
  }
}

/** A pool of the bench's own. */
export function openPool(undo: AsyncDisposableStack, url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  undo.defer(() => pool.end())
  return pool
}
