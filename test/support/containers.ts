import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../local/processes/ports.ts'
import { localeArguments } from '../../local/postgres/postgres-cluster.ts'
import { postgresSettings } from '../../local/postgres/postgres.ts'
import { until } from './until.ts'

/** Whether the servers of the tests are containers of the engine that `docker` reaches, and not programs of this machine. */
export const inContainers = process.env['TEST_SERVERS'] === 'containers'

const IMAGES = {
  postgres: 'postgres:18-bookworm',
  temporal: 'temporalio/temporal:1.9.1',
  'redis-server': 'redis:7.4-bookworm',
} as const
/** On the network of the tests: a server has there the ports that it would have without a container. */
const RUN = ['run', '--rm', '--network', 'host']

export interface ServerRun {
  readonly command: string
  readonly args: readonly string[]
  /** As `kill -9` does. */
  kill(child: ChildProcess): void
}

/** How a server is started: by its program of that name, or by its image. @param options of its container */
export function serverRun(
  program: Exclude<keyof typeof IMAGES, 'temporal'>,
  args: readonly string[],
  options: readonly string[] = [],
): ServerRun {
  if (!inContainers) return { command: program, args, kill: (child) => void child.kill('SIGKILL') }
  const name = `scenor-test-${randomBytes(6).toString('hex')}`
  return {
    command: 'docker',
    args: [...RUN, '--name', name, ...options, IMAGES[program], program, ...args],
    // Docker's client passes signals on, but not the one that it does not hear of.
    kill: () => void execFileSync('docker', ['kill', name], { stdio: 'ignore' }),
  }
}

/** The program `temporal`, of its image. @param folder where it is written to @returns its path */
export function containedTemporal(folder: string): string {
  const path = join(folder, 'temporal')
  writeFileSync(path, `#!/bin/sh\nexec docker ${RUN.join(' ')} ${IMAGES.temporal} "$@"\n`, { mode: 0o755 })
  return path
}

/** Postgres of its image, in memory. @param folder for its password */
export async function startContainedPostgres(folder: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  const file = join(folder, 'password')
  writeFileSync(file, password)
  const { command, args } = serverRun('postgres', postgresSettings(port, false), [
    ...['--tmpfs', '/var/lib/postgresql', '--shm-size', '256m'],
    ...['--volume', `${file}:/password:ro`, '--env', 'POSTGRES_PASSWORD_FILE=/password'],
    ...['--env', `POSTGRES_INITDB_ARGS=${localeArguments().join(' ')}`],
  ])
  const log = openSync(join(folder, 'postgres.log'), 'a')
  const server = spawn(command, args, { stdio: ['ignore', log, log] })
  closeSync(log)
  const gone = once(server, 'exit')
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
  const answers = async () => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    )
  }
  const ended = gone.then(([code]) =>
    Promise.reject(
      new Error(`the container of Postgres ended with ${code}: ${readFileSync(join(folder, 'postgres.log'), 'utf8')}`),
    ),
  )
  await Promise.race([until(answers), ended])
  return {
    url,
    stop: async () => {
      ended.catch(() => {})
      // Ends sessions as well.
      server.kill('SIGINT')
      await gone
    },
  }
}
