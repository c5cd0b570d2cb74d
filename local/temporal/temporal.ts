import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inDays, RETENTION } from '../../retention.ts'
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.ts'
import { isServing } from './grpc.ts'
import { limitedRun } from '../processes/limited-run.ts'
import { PortTaken } from '../processes/ports.ts'
import { lastLines, launch, logEnd, type Running } from '../processes/running.ts'

export { findTemporal } from './temporal-binary.ts'

export interface TemporalOptions {
  /** What `findTemporal` gave. */
  readonly binary: string
  /** Folder of its own, for instance `DATA_DIR/temporal`; without it everything is kept in memory and gone with the process. */
  readonly dataDir?: string | undefined
  readonly port: number
  /** Null: no Web UI (tests, bench). */
  readonly uiPort: number | null
  readonly namespace: string
  /** Where the server tells its own figures; without it nowhere (bench). */
  readonly metricsPort?: number | undefined
  readonly log: string
  readonly onProgress?: ((line: string) => void) | undefined
  readonly onSpawn?: ((pid: number) => void) | undefined
}

export interface Temporal extends Running {
  /** host:port of the frontend. */
  readonly address: string
  readonly uiUrl: string | null
}

export type DynamicConfig = Readonly<Record<string, boolean | number | string>>

/** The dynamic configuration of every dev server of ours, tests and bench included. */
export const DYNAMIC_CONFIG: DynamicConfig = {
  // Schedule-to-start of an activity on the workflow's own queue: 37 ms without, 0 with.
  'system.enableActivityEagerExecution': true,
  // One partition a queue: with four, a poller waits at one while the task lies in another.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Both together make fairness keys count: a lone job behind 120 of another person ran 25th, not 116th.
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  // A shard that has just looked for due timers, retries of activities among them, takes new ones that much later, 1 s by default. The dev
  // server has one shard for all: an activity that was failed to be handed out again at once waited for half a second.
  'history.timerProcessorMaxTimeShift': '100ms',
  // The limits protect servers shared by many; here a burst of one person's own jobs would only meet RESOURCE_EXHAUSTED.
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceRPS.visibility': 1_000,
  'frontend.namespaceCount': 10_000,
  'matching.rps': 20_000,
  'history.rps': 20_000,
}

const READY_WITHIN_MS = 60_000
const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService'

/** Starts a Temporal dev server and waits until it serves the namespace. */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const { binary, port, uiPort, namespace, log } = options
  const address = `127.0.0.1:${port}`
  const since = logEnd(log)
  const running = await launch({
    command: binary,
    args: serverArguments(options),
    env: process.env,
    log,
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
    onSpawn: options.onSpawn,
  })
  try {
    await serving(running, address, () => said(log, since, OWN_WORD))
    await keepSevenDays(binary, address, namespace)
  } catch (error) {
    running.kill()
    await running.exited
    if (said(log, since, PORT_TAKEN)) throw new PortTaken(port, { cause: error })
    throw new Error(
      `The Temporal dev server did not start: ${(error as Error).message}. The last lines of ${log}:\n${lastLines(log, since)}`,
      { cause: error },
    )
  }
  return { ...running, address, uiUrl: uiPort === null ? null : `http://localhost:${uiPort}` }
}

function serverArguments({ dataDir, port, uiPort, namespace, metricsPort }: TemporalOptions): string[] {
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--namespace',
    namespace,
    '--log-level',
    'warn',
  ]
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    args.push('--db-filename', join(resolve(dataDir), 'temporal.db'))
  }
  args.push(...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]))
  if (metricsPort !== undefined) args.push('--metrics-port', String(metricsPort))
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) args.push('--search-attribute', `${name}=${type}`)
  for (const [key, value] of Object.entries(DYNAMIC_CONFIG))
    args.push('--dynamic-config-value', `${key}=${JSON.stringify(value)}`)
  return args
}

/** What the server writes when it has its port. Who else answers there before is somebody else's server, and ours is about to end. */
const OWN_WORD = /^Temporal Server:|^Server: /m
const PORT_TAKEN = /address already in use|can't set frontend port/

const said = (log: string, since: number, words: RegExp): boolean => words.test(lastLines(log, since, Infinity))

async function serving(running: Running, address: string, isOwn: () => boolean): Promise<void> {
  let ended = false
  void running.exited.then(() => (ended = true))
  for (const giveUp = Date.now() + READY_WITHIN_MS; !ended; await sleep(50)) {
    if (isOwn() && (await isServing(address, WORKFLOW_SERVICE))) return
    if (Date.now() > giveUp) throw new Error(`it did not answer within ${READY_WITHIN_MS / 1000} s`)
  }
  throw new Error('it ended at once')
}

/**
 * The server takes no retention at its start (its own is one day), so it is set afterwards, each time, and looked at: a silent 24 h would
 * lose histories.
 */
async function keepSevenDays(binary: string, address: string, namespace: string): Promise<void> {
  const operator = (...args: string[]) =>
    limitedRun({
      command: binary,
      args: ['operator', 'namespace', ...args, '--address', address, '--namespace', namespace],
      env: process.env,
      withinMs: 15_000,
    })
  const retention = async () =>
    (
      JSON.parse(await operator('describe', '--output', 'json')) as {
        config?: { workflowExecutionRetentionTtl?: string }
      }
    ).config?.workflowExecutionRetentionTtl
  const wanted = `${RETENTION.executions}s`
  if ((await retention()) === wanted) return
  await operator('update', '--retention', `${inDays(RETENTION.executions)}d`)
  const now = await retention()
  if (now !== wanted) throw new Error(`it keeps finished executions for ${now}, not ${wanted}`)
}
