import type { Config } from '../config.ts'
import { endsWithinMs } from '../lifecycle.ts'
import { compileCache } from './temporal/cache-folder.mjs'
import { startChild, type ChildSpec } from './processes/child.ts'
import { CannotStart, type DataFolder } from './data-folder.ts'
import { keepRunning, type Kept } from './processes/keep-running.ts'
import { endRecordedProcesses } from './leftovers.ts'
import { followLog } from './processes/log-follower.ts'
import { onFreePort, portsInTheWay, rememberedPort, type FixedPort } from './processes/ports.ts'
import { startPostgres } from './postgres/postgres.ts'
import type { Prepared, PrepareOptions } from './prepare.ts'
import { endRecorded, isAlive, readRecords, recordOf, writeRecord } from './processes/process-record.ts'
import { keepLogsSmall } from './processes/rotate-log.ts'
import type { Running } from './processes/running.ts'
import { findTemporal, startTemporal } from './temporal/temporal.ts'

export interface SupervisorOptions {
  readonly config: Config
  /** What the children get, with what this adds: the addresses of the servers. */
  readonly env: NodeJS.ProcessEnv
  readonly folder: DataFolder
  /** Our own processes, in the order of their start. */
  readonly children: readonly ChildSpec[]
  readonly prepare: (options: PrepareOptions) => Promise<Prepared>
  readonly findTemporal?: typeof findTemporal
  readonly say: (line: string) => void
  readonly verbose: boolean
}

interface Started {
  readonly uiUrl: string | null
  readonly secrets: Prepared
  readonly pids: Readonly<Record<string, number>>
}

export interface Supervisor {
  /** Brings everything up; rejects with one message when that is not possible. Call `stop` then too. */
  start(): Promise<Started>
  /** Rejects when a part can never serve again; never resolves. Call `stop` then. */
  readonly failed: Promise<never>
  /** Ends everything, children first; safe at any time, also while `start` is at work. */
  stop(): Promise<void>
  /** Ends everything at once. */
  kill(): Promise<void>
}

/** A frontend at work on this machine, on whichever port. */
const OWN_ORIGINS = 'http://localhost:*,http://127.0.0.1:*'
const USUAL_TEMPORAL_PORT = 7233

/** The servers and processes of one data folder. The caller holds its lock (`becomeSupervisor`). */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { config, folder, say } = options
  const servers: Kept<Running>[] = []
  const processes: Kept<Running>[] = []
  const followers: (() => void)[] = []
  // Two arenas of memory as in the image, instead of eight a core, which the threads of the native core would each grow; and less room for
  // what was just made, in each heap: 427, 384, 340 MB of the workers at rest when they had five heaps; they have two.
  const lean = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4' }
  const ownEnv = { ...lean, ...options.env, NODE_COMPILE_CACHE: compileCache(options.env) }
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let stopping = false

  /** Remembers a process in the same tick as its spawn. One that was spawned while a stop was already at work ends right here. */
  const note = (name: string, pid: number, port: number | null) => {
    const record = recordOf(name, pid, port)
    if (record) writeRecord(folder.run, record)
    if (stopping) process.kill(pid, 'SIGKILL')
  }

  async function keep<T extends Running>(list: Kept<Running>[], name: string, start: () => Promise<T>): Promise<T> {
    if (stopping) throw new Error('told to stop')
    const endStarting = async () => {
      const record = readRecords(folder.run).find((r) => r.name === name && isAlive(r))
      if (record)
        await endRecorded(record, [
          { signal: 'SIGTERM', waitMs: 5_000 },
          { signal: 'SIGKILL', waitMs: 5_000 },
        ])
    }
    const part = await keepRunning({ name, start, endStarting, say, gaveUp: failed.reject })
    list.push(part)
    if (stopping) await part.stop()
    return part.current()
  }

  async function databases(): Promise<string | null> {
    if (config.databases) return null
    // The port of the first start is kept for all later ones: the children have it in their addresses.
    let port: number | undefined
    const postgres = await keep(servers, 'postgres', async () => {
      const server = await startPostgres({
        dataDir: folder.postgres,
        ...(port !== undefined && { port }),
        log: folder.log('postgres'),
        onProgress: say,
        onSpawn: (pid, at) => note('postgres', pid, at),
      })
      port = server.port
      return server
    })
    say(`Postgres serves on port ${postgres.port}`)
    return postgres.url
  }

  async function temporal(): Promise<{ address: string; uiUrl: string | null } | null> {
    if (config.TEMPORAL_ADDRESS) return null
    const binary = await (options.findTemporal ?? findTemporal)({ config, onProgress: say, env: options.env })
    const start = (port: number) =>
      keep(servers, 'temporal', () =>
        startTemporal({
          binary,
          dataDir: folder.temporal,
          port,
          uiPort: config.TEMPORAL_UI_PORT,
          namespace: config.TEMPORAL_NAMESPACE,
          log: folder.log('temporal'),
          onSpawn: (pid) => note('temporal', pid, port),
        }),
      )
    const server = await onFreePort(() => rememberedPort(folder.temporal, USUAL_TEMPORAL_PORT), start)
    say(`Temporal serves on ${server.address}`)
    return server
  }

  /** What the children get beyond our own environment, once the databases are as they must be. */
  async function prepared(url: string | null): Promise<{ added: NodeJS.ProcessEnv; secrets: Prepared }> {
    const added = {
      DATA_DIR: folder.root,
      CORS_ORIGINS: config.CORS_ORIGINS.join() || OWN_ORIGINS,
      ...(url && { DATABASE_URL: url, DEV_PAGES: 'true' }),
    }
    const secrets = await options.prepare({
      env: { ...ownEnv, ...added },
      log: folder.log('prepare'),
      onStep: say,
      onSpawn: (pid) => note('prepare', pid, null),
    })
    return { added, secrets }
  }

  return {
    failed: failed.promise,

    async start() {
      const left = await endRecordedProcesses(folder.run, 'gently')
      if (left.length > 0)
        say(`Ended what an earlier run left behind: ${left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`)
      const inTheWay = await portsInTheWay(chosenPorts(config))
      if (inTheWay.length > 0) throw new CannotStart(inTheWay.join('\n'))

      const logs = ['postgres', 'temporal', 'prepare', ...options.children.map(({ name }) => name)]
      followers.push(keepLogsSmall(logs.map(folder.log)))
      const [{ added, secrets }, server] = await Promise.all([databases().then(prepared), temporal()])
      const env = {
        ...ownEnv,
        ...added,
        ...(server && { TEMPORAL_ADDRESS: server.address }),
      }
      for (const { name } of options.children)
        followers.push(followLog({ name, path: folder.log(name), verbose: options.verbose, say }))
      const children = await Promise.all(
        options.children.map(async (spec) => {
          const running = await keep(processes, spec.name, () =>
            startChild({
              spec,
              env,
              stopWithinMs: endsWithinMs(spec.drainMs?.(config) ?? 0),
              log: folder.log(spec.name),
              onSpawn: (pid) => note(spec.name, pid, spec.port),
            }),
          )
          return [spec.name, running.pid] as const
        }),
      )
      return { uiUrl: server?.uiUrl ?? null, secrets, pids: Object.fromEntries(children) }
    },

    async stop() {
      stopping = true
      // Together: both drain at the same time, and each may need its whole time.
      await Promise.all(processes.map((part) => part.stop()))
      await Promise.all(servers.map((part) => part.stop()))
      for (const stopFollowing of followers) stopFollowing()
      await endRecordedProcesses(folder.run, 'gently')
    },

    async kill() {
      stopping = true
      await endRecordedProcesses(folder.run, 'at once')
    },
  }
}

function chosenPorts(config: Config): FixedPort[] {
  return [
    { variable: 'PORT', port: config.PORT, host: config.HOST },
    { variable: 'INTERNAL_PORT', port: config.INTERNAL_PORT, host: config.INTERNAL_HOST },
    { variable: 'METRICS_PORT', port: config.METRICS_PORT, host: config.METRICS_HOST },
    { variable: 'WORKERS_METRICS_PORT', port: config.WORKERS_METRICS_PORT, host: config.METRICS_HOST },
    ...(config.TEMPORAL_ADDRESS ? [] : [{ variable: 'TEMPORAL_UI_PORT', port: config.TEMPORAL_UI_PORT }]),
  ]
}
