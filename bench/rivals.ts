import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { limitedRun } from '../local/processes/limited-run.ts'
import { freePort } from '../local/processes/ports.ts'
import { launch } from '../local/processes/running.ts'
import { cacheFolder } from '../local/temporal/cache-folder.mjs'
import { startRedisIfThere } from './redis.ts'
import { openPool, type Stack } from './stack.ts'

const PROGRAMS = fileURLToPath(new URL('rivals/', import.meta.url))

/** Another engine, doing the job of two steps. */
export interface Rival {
  readonly name: string
  /** What it does not promise that ours does, with the place where it is said. */
  readonly lacks: string
  readonly pids: () => number[]
  /** The server that it needs beside Postgres, where it needs one. */
  readonly engine: () => number[]
  /** Resolves when the engine has kept the job. */
  readonly accept: (id: string, prompt: string) => Promise<void>
}

const LACKS = {
  DBOS: 'work of a machine that is lost waits for one with the same executor id, or for Conductor, which waits 60 s (docs.dbos.dev/conductor/distributed-recovery)',
  'pg-boss':
    'a killed worker’s job waits for the end of its `expireInSeconds`, 15 min by default (pgboss.io/api/queues); steps are jobs that know nothing of each other: no history, no end of the whole',
  BullMQ:
    'a killed worker’s job is noticed by its lock of 30 s (docs.bullmq.io/guide/workers/stalled-jobs); kept as well as its Redis keeps: here with an fsync for each write, where its guide takes one a second',
  Restate:
    'its journal is in a store of its own beside Postgres, to be backed up and replicated apart (docs.restate.dev/server/clusters); the server’s licence is BSL',
} as const

/**
 * Starts the engines that npm has, each with its own database, Redis or server, and each in a process of its own.
 * @param atOnce jobs that are at work at a time
 */
export async function startRivals(
  undo: AsyncDisposableStack,
  stack: Stack,
  { say, modelUrl, atOnce }: { say: (line: string) => void; modelUrl: string; atOnce: number },
): Promise<Rival[]> {
  const folder = await installed(say)
  const maintenance = openPool(undo, stack.postgres.url)
  const start = async (
    name: keyof typeof LACKS,
    program: string,
    env: Readonly<Record<string, string>>,
    engine: readonly number[] = [],
  ): Promise<Rival> => {
    const port = String(await freePort())
    const { pid } = await stack.program(program, pathToFileURL(join(folder, `${program}.mjs`)).href, {
      ...{ BENCH_DATABASE_URL: stack.databaseUrl('bench'), BENCH_MODEL_URL: modelUrl },
      ...{ BENCH_PORT: port, BENCH_AT_ONCE: String(atOnce), ...env },
    })
    return {
      ...{ name, lacks: LACKS[name], pids: () => [pid], engine: () => [...engine] },
      accept: async (id, body) => {
        const { status } = await fetch(`http://127.0.0.1:${port}/${id}`, { method: 'POST', body })
        if (status !== 202) throw new Error(`${name} answered ${status}`)
      },
    }
  }
  const rivals: Rival[] = []
  for (const [name, program] of [
    ['DBOS', 'dbos'],
    ['pg-boss', 'pg-boss'],
  ] as const) {
    const database = `rival_${program.replace('-', '_')}`
    await maintenance.query(`create database ${database}`)
    rivals.push(await start(name, program, { BENCH_ENGINE_URL: stack.databaseUrl(database) }))
  }
  mkdirSync(join(stack.folder, 'redis'))
  const durable = ['--dir', join(stack.folder, 'redis'), '--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
  const redis = await startRedisIfThere(undo, durable)
  if (redis) rivals.push(await start('BullMQ', 'bullmq', { BENCH_REDIS_URL: redis.url }, [redis.pid]))
  const [ingress, admin, service, node] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const restate = await launch({
    command: join(folder, `node_modules/@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`),
    args: ['--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--bind-port', String(node), '--no-logo'],
    env: {
      ...{
        PATH: process.env['PATH'],
        RESTATE_BASE_DIR: join(stack.folder, 'restate'),
        RESTATE_DISABLE_TELEMETRY: 'true',
      },
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_LOG_FILTER: 'warn',
    },
    ...{ log: join(stack.folder, 'restate.log'), cwd: stack.folder, stopSignal: 'SIGTERM', stopWithinMs: 10_000 },
  })
  undo.defer(() => restate.stop())
  const ports = { BENCH_INGRESS: String(ingress), BENCH_ADMIN: String(admin), BENCH_SERVICE: String(service) }
  rivals.push(await start('Restate', 'restate', ports, [restate.pid]))
  return rivals
}

/** Their packages, once for each lockfile, in the cache: none of them is the product's. */
async function installed(say: (line: string) => void): Promise<string> {
  const hash = createHash('sha256')
    .update(readFileSync(join(PROGRAMS, 'package-lock.json')))
    .digest('hex')
  const folder = join(cacheFolder(process.env), `rivals-${hash.slice(0, 12)}`)
  const copy = (to: string, names: readonly string[]) => {
    for (const name of names) cpSync(join(PROGRAMS, name), join(to, name))
  }
  if (!existsSync(folder)) {
    say('installing the rivals (once, 260 MB)')
    mkdirSync(cacheFolder(process.env), { recursive: true })
    const half = mkdtempSync(join(cacheFolder(process.env), 'rivals-half-'))
    copy(half, ['package.json', 'package-lock.json'])
    const args = ['ci', '--prefix', half, '--ignore-scripts', '--no-audit', '--no-fund']
    await limitedRun({ command: 'npm', args, env: process.env, withinMs: 300_000 })
    renameSync(half, folder)
  }
  copy(
    folder,
    readdirSync(PROGRAMS).filter((name) => name.endsWith('.mjs')),
  )
  return folder
}
